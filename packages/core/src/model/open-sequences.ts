import { ClosedError, SequenceError } from "../errors/errors.ts";
import { createStepGatherer } from "../flow/step-gatherer.ts";
import type { Settled } from "../flow/settled.ts";
import { checkSequenceId } from "../protocol/check-request.ts";
import type { SequencePosition } from "../protocol/request.ts";
import { zeroInputs } from "../record/zero-record.ts";
import { createSequenceTracker } from "../sequence/sequence-tracker.ts";
import type { ModelParts } from "./open-model.ts";
import { openSequence } from "./open-sequence.ts";
import type { Sequence, SequenceSettings } from "./sequence.ts";

/** The sequences of one model. */
export interface Sequences<R extends object, Row extends object> {
  /** @throws as `Model.sequence` does */
  open(settings?: SequenceSettings): Sequence<R, Row>;
  /** Takes no more steps; resolves when every step has settled. */
  close(): Promise<void>;
}

/** Makes the sequences of a model; they share its slots. */
export function openSequences<R extends object, Row extends object>(
  parts: ModelParts<R, Row>,
  rowFrom: (settled: Settled<R, Row>) => Row | undefined | Promise<undefined>,
): Sequences<R, Row> {
  const { options, plan, infer, limit, clock, endOfTurn, metadata, policy } = parts;
  const modelName = options.model.name;
  const gatherer = createStepGatherer<R, Row>({
    slots: () => limit.maxInFlight,
    timeoutMs: options.timeoutMs,
    clock,
    endOfTurn,
    model: options.model,
    plan,
    outputs: plan.outputs.names.map((name) => ({ name })),
    infer,
    decoration: options.priority === undefined ? {} : { priority: options.priority },
    zeros: () => zeroInputs(metadata),
  });
  const live = new Map<SequencePosition["id"], Sequence<R, Row>>();
  let closed = false;

  return {
    open({ id = parts.createSequenceId() } = {}) {
      if (closed) {
        throw new ClosedError(`model "${modelName}": expected it open, found it closed`);
      }
      checkSequenceId(id);
      if (live.has(id)) {
        throw new SequenceError(
          `model "${modelName}": expected an id of its own for each sequence, found one that is open`,
          { reason: "none", steps: 0 },
        );
      }
      const sequence = openSequence<R, Row>({
        modelName,
        tracker: createSequenceTracker(id, modelName),
        gatherer,
        policy,
        rowFrom,
        onClosed: () => live.delete(id),
      });
      live.set(id, sequence);
      return sequence;
    },
    async close() {
      closed = true;
      await Promise.all(Array.from(live.values(), (sequence) => sequence.close()));
      await gatherer.close();
    },
  };
}
