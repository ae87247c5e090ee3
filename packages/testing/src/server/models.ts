import { createTensor, type Tensor } from "@nereid/core/transport-kit";
import { each, input, tensor } from "./model-declaring.ts";
import { createAccumulator, sequenceId } from "./sequence-models.ts";
import type { ServerModel } from "./server-model.ts";
import { echoes, nonFinite, parameters, unbatched, version } from "./telling-models.ts";
import { endless, repeat, slow } from "./waiting-models.ts";

const addSub: ServerModel = {
  name: "add_sub",
  maxBatchRows: 64,
  dynamicBatching: true,
  inputs: [tensor("INPUT0", "FP32", 16), tensor("INPUT1", "FP32", 16)],
  outputs: [tensor("OUTPUT0", "FP32", 16), tensor("OUTPUT1", "FP32", 16)],
  execute: each((request) => {
    const left = input(request, "INPUT0", "FP32");
    const right = input(request, "INPUT1", "FP32").data;
    const combine = (name: string, sign: 1 | -1): Tensor =>
      createTensor(
        name,
        "FP32",
        left.shape,
        left.data.map((value, index) => value + sign * (right[index] ?? 0)),
      );
    return [combine("OUTPUT0", 1), combine("OUTPUT1", -1)];
  }),
};

const poison: ServerModel = {
  name: "poison",
  maxBatchRows: 64,
  dynamicBatching: true,
  inputs: [tensor("IN", "FP32", 1)],
  outputs: [tensor("OUT", "FP32", 1)],
  execute(requests) {
    const tensors = requests.map((request) => input(request, "IN", "FP32"));
    const isPoisoned = tensors.some(({ data }) => data.some((value) => value < 0));
    return tensors.map(({ shape, data }) =>
      isPoisoned
        ? { error: "poison value in the batch" }
        : [
            createTensor(
              "OUT",
              "FP32",
              shape,
              data.map((value) => value * 2),
            ),
          ],
    );
  },
};

/** The models that the conformance suite asks for, each time with states of their own. */
export function createStandardModels(): readonly ServerModel[] {
  return [
    ...echoes,
    addSub,
    createAccumulator(),
    sequenceId,
    poison,
    parameters,
    nonFinite,
    version,
    unbatched,
    repeat,
    endless,
    slow,
  ];
}
