import {
  createTensor,
  datatypeNames,
  encodeBytes,
  type Datatype,
  type Parameters,
  type ParameterValue,
  type Tensor,
  type TensorMetadata,
} from "@nereid/core/transport-kit";
import { writeFloat } from "./write-answer.ts";
import type { ModelAnswer, ModelRequest, ServerModel } from "./server-model.ts";

const tensor = (name: string, datatype: Datatype, ...shape: number[]): TensorMetadata => ({
  name,
  datatype,
  shape,
});

/** Applies a function to each request on its own. */
const each =
  (answer: (request: ModelRequest) => ModelAnswer): ServerModel["execute"] =>
  (requests) =>
    requests.map(answer);

function input<D extends Datatype>(
  { inputs }: ModelRequest,
  name: string,
  datatype: D,
): Extract<Tensor, { datatype: D }> {
  const found = inputs.get(name);
  if (found?.datatype !== datatype) throw new TypeError(`no ${datatype} input ${name}`);
  // Narrowed by the line above, which the generic datatype hides.
  return found as Extract<Tensor, { datatype: D }>;
}

const echo = each(({ inputs }) => [...inputs.values()].map((one) => ({ ...one, name: "OUT" })));

const echoes: readonly ServerModel[] = datatypeNames.map((datatype) => ({
  name: `echo_${datatype.toLowerCase()}`,
  maxBatchRows: 64,
  inputs: [tensor("IN", datatype, -1)],
  outputs: [tensor("OUT", datatype, -1)],
  execute: echo,
}));

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

function createAccumulator(): ServerModel {
  const states = new Map<string, { sum: number; step: number }>();
  return {
    name: "accumulator",
    maxBatchRows: 8,
    sequence: { maxIdleUs: 2_000_000 },
    inputs: [tensor("X", "INT32", 1)],
    outputs: [tensor("SUM", "INT32", 1), tensor("STEP", "INT32", 1)],
    execute: each((request) => {
      const { id = "", start = false, end = false } = request.sequence ?? {};
      const key = `${typeof id}:${id}`;
      const before = start ? undefined : states.get(key);
      const sum = (before?.sum ?? 0) + (input(request, "X", "INT32").data[0] ?? 0);
      const step = (before?.step ?? 0) + 1;
      if (end) states.delete(key);
      else states.set(key, { sum, step });
      return [
        createTensor("SUM", "INT32", [1, 1], Int32Array.of(sum)),
        createTensor("STEP", "INT32", [1, 1], Int32Array.of(step)),
      ];
    }),
  };
}

const sequenceId: ServerModel = {
  name: "sequence_id",
  maxBatchRows: 8,
  sequence: { maxIdleUs: 1_000_000 },
  inputs: [tensor("X", "INT32", 1)],
  outputs: [tensor("ID", "BYTES", 1), tensor("FLAGS", "INT32", 2)],
  execute: each(({ sequence }) => [
    createTensor("ID", "BYTES", [1, 1], encodeBytes([String(sequence?.id)])),
    createTensor(
      "FLAGS",
      "INT32",
      [1, 2],
      Int32Array.of(Number(sequence?.start), Number(sequence?.end)),
    ),
  ]),
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

const parameters: ServerModel = {
  name: "parameters",
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "BYTES", 1)],
  execute: each((request) => [
    createTensor("OUT", "BYTES", [1], encodeBytes([writeParameters(request.parameters)])),
  ]),
};

/** JSON in which whole numbers stay whole, whatever their size, and others keep their point. */
function writeParameters(values: Parameters): string {
  const members = Object.entries(values).map(
    ([name, value]) => `${JSON.stringify(name)}:${writeParameter(value)}`,
  );
  return `{${members.join(",")}}`;
}

function writeParameter(value: ParameterValue): string {
  if (typeof value === "object") return writeFloat(value.double);
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

const nonFinite: ServerModel = {
  name: "non_finite",
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "FP32", 4)],
  execute: each(() => [
    createTensor("OUT", "FP32", [4], Float32Array.of(Number.NaN, 1 / 0, -1 / 0, -0)),
  ]),
};

const version: ServerModel = {
  name: "version",
  versions: ["1", "2"],
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "INT32", 1)],
  execute: each((request) => [
    createTensor("OUT", "INT32", [1], Int32Array.of(Number(request.version))),
  ]),
};

const unbatched: ServerModel = {
  name: "echo_unbatched",
  maxBatchRows: 0,
  inputs: [tensor("IN", "FP32", -1, -1)],
  outputs: [tensor("OUT", "FP32", -1, -1)],
  execute: echo,
};

const streamOnly = each(() => ({ error: "answers over a stream only" }));
const numberAnswer = (value: number): ModelAnswer => [
  createTensor("OUT", "INT32", [1], Int32Array.of(value)),
];

/** Answers IN times, with 0, 1, 2, …; below zero it fails behind as many answers. */
const repeat: ServerModel = {
  name: "repeat",
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "INT32", 1)],
  execute: streamOnly,
  async *decoupled(request) {
    const count = input(request, "IN", "INT32").data[0] ?? 0;
    for (let value = 0; value < Math.abs(count); value += 1) yield numberAnswer(value);
    if (count < 0) yield { error: "the model failed behind its answers" };
  },
};

/** Counts up from 0 until its caller has gone, with a turn of the event loop between answers. */
const endless: ServerModel = {
  name: "endless",
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "INT32", 1)],
  execute: streamOnly,
  async *decoupled({ signal }) {
    for (let value = 0; !signal.aborted; value += 1) {
      yield numberAnswer(value);
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
  },
};

/** Waits until its caller has gone. */
const slow: ServerModel = {
  name: "slow",
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "INT32", 1)],
  execute: (requests) =>
    Promise.all(
      requests.map(
        ({ signal }) =>
          new Promise<ModelAnswer>((resolve) => {
            const end = (): void => resolve({ error: "cancelled" });
            if (signal.aborted) end();
            else signal.addEventListener("abort", end, { once: true });
          }),
      ),
    ),
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
