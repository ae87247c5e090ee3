import { createTensor, encodeBytes } from "@nereid/core/transport-kit";
import { each, input, tensor } from "./model-declaring.ts";
import type { ServerModel } from "./server-model.ts";

/** Sums up the steps of each sequence. */
export function createAccumulator(): ServerModel {
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

/** Tells the position that it was given. */
export const sequenceId: ServerModel = {
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
