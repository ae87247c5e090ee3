import type { Clock, SequencePosition } from "@nereid/core/transport-kit";
import { Refusal } from "./refusal.ts";
import type { ServerModel } from "./server-model.ts";

/** Knows which sequences of a model are alive. */
export interface Sequences {
  /** Takes a step, with Triton's words for what its batcher refuses. */
  step(position: SequencePosition | undefined, rows: number): void;
}

/** Makes the rules of one stateful model. @see Triton, "Stateful Models" */
export function createSequences(
  { name, sequence, maxBatchRows }: ServerModel,
  clock: Clock,
): Sequences {
  const lastStepMs = new Map<string, number>();
  return {
    step(position, rows) {
      if (sequence === undefined) return;
      if (maxBatchRows > 0 && rows !== 1) {
        throw new Refusal(
          400,
          `inference request to model '${name}' must specify batch-size 1 due to requirements of sequence batcher`,
        );
      }
      if (position === undefined || position.id === "" || position.id === 0n) {
        throw new Refusal(
          400,
          `inference request to model '${name}' must specify a non-zero or non-empty correlation ID`,
        );
      }
      // The number 42 and the text "42" are two sequences.
      const key = `${typeof position.id}:${position.id}`;
      const last = lastStepMs.get(key);
      const isAlive = last !== undefined && (clock.now() - last) * 1000 <= sequence.maxIdleUs;
      if (!isAlive && !position.start) {
        lastStepMs.delete(key);
        throw new Refusal(
          400,
          `inference request for sequence ${position.id} to model '${name}' must specify the START flag on the first request of the sequence`,
        );
      }
      if (position.end) lastStepMs.delete(key);
      else lastStepMs.set(key, clock.now());
    },
  };
}
