import { createTensor, type SequencePosition } from "@nereid/core/transport-kit";
import type { ModelAnswer, ServerModel } from "../src/index.ts";

/** What really happened to one sequence id, over every server that it met. */
export interface Truth {
  /** Starts that were applied: a second one would have thrown state away without a word. */
  starts: number;
  /** Values in the order in which they were applied; the zeros that end a sequence are not in it. */
  readonly applied: number[];
  hash: number;
  ended: boolean;
}

/** The truth, by the id of the sequence. */
export type Ledger = Map<SequencePosition["id"], Truth>;

/** A running hash tells order and repetition, which a sum does not. */
export const nextHash = (hash: number, value: number): number => (hash * 31 + value) | 0;

/** The model of one server: its states die with it, the ledger does not. */
export function createHashModel(ledger: Ledger): ServerModel {
  const column = (name: string) => ({ name, datatype: "INT32", shape: [1] }) as const;
  const answer = (position: SequencePosition, value: number): ModelAnswer => {
    const truth = ledger.get(position.id) ?? { starts: 0, applied: [], hash: 0, ended: false };
    ledger.set(position.id, truth);
    if (position.start) truth.starts += 1;
    if (value !== 0) {
      truth.applied.push(value);
      truth.hash = nextHash(truth.hash, value);
    }
    if (position.end) truth.ended = true;
    return [
      createTensor("STEP", "INT32", [1, 1], Int32Array.of(truth.applied.length)),
      createTensor("HASH", "INT32", [1, 1], Int32Array.of(truth.hash)),
    ];
  };
  return {
    name: "hash",
    maxBatchRows: 1,
    sequence: { maxIdleUs: 1_000_000 },
    inputs: [column("X")],
    outputs: [column("STEP"), column("HASH")],
    execute: (requests) =>
      requests.map(({ inputs, sequence }) => {
        const input = inputs.get("X");
        if (input?.datatype !== "INT32" || sequence === undefined) return { error: "no step" };
        return answer(sequence, input.data[0] ?? 0);
      }),
  };
}
