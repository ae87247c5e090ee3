import { ClosedError, OptionsError, SequenceError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { FlowOptions } from "../flow/flow.ts";
import { createKeyedSubmitter, type KeyedSubmitter } from "../flow/keyed-submitter.ts";
import type { Books } from "../flow/books.ts";
import { createStepGatherer, type StepGatherer } from "../flow/step-gatherer.ts";
import { backoffMs } from "../layers/backoff.ts";
import { checkSequenceId } from "../protocol/check-request.ts";
import type { SequencePosition } from "../protocol/request.ts";
import { zeroInputs } from "../record/zero-record.ts";
import {
  createSequenceTracker,
  type OnSequenceChange,
  type SequenceTracker,
} from "../sequence/sequence-tracker.ts";
import { isKnownStateless } from "./check-model.ts";
import { keyedSequencesOf } from "./keyed-sequences-of.ts";
import type { ModelParts } from "./open-model.ts";
import { openSequence } from "./open-sequence.ts";
import type { Sequence, SequenceSettings } from "./sequence.ts";

/** The sequences of one model. */
export interface Sequences<R extends object, Row extends object> {
  /** @throws as `Model.sequence` does */
  open(settings?: SequenceSettings): Sequence<R, Row>;
  /** The sequences of one stream, or the model's own; undefined where no key is asked for. */
  keyed(asked: FlowOptions<R>["sequence"]): KeyedSubmitter<R, Row> | undefined;
  /** Sequences that take steps. */
  readonly alive: number;
  /** Where their steps wait and leave. */
  readonly gatherer: Pick<StepGatherer<R, Row>, "waiting" | "batches">;
  /** Takes no more steps; resolves when every step has settled. */
  close(): Promise<void>;
  /** Leaves every sequence to the server's idle time; steps that are under way end with the error. */
  abort(error: InferenceError): void;
}

/** Makes the sequences of a model; they share its slots. */
export function openSequences<R extends object, Row extends object>(
  parts: ModelParts<R, Row>,
  books: Books,
): Sequences<R, Row> {
  const { options, plan, infer, explain, limit, clock, endOfTurn, metadata, policy } = parts;
  const { observe, gathering } = parts.observers;
  const modelName = options.model.name;
  const gatherer = createStepGatherer<R, Row>({
    ...gathering,
    slots: () => limit.maxInFlight,
    timeoutMs: options.timeoutMs,
    clock,
    endOfTurn,
    model: options.model,
    plan,
    outputs: plan.outputs.names.map((name) => ({ name })),
    infer,
    explain,
    decoration: options.priority === undefined ? {} : { priority: options.priority },
    zeros: () => zeroInputs(metadata),
  });
  const onChange: OnSequenceChange = (from, to) => observe({ type: "sequence", from, to });
  const nextTracker = (id = parts.createSequenceId()): SequenceTracker =>
    createSequenceTracker(id, modelName, onChange);
  const backoff = {
    initialBackoffMs: options.retryInitialBackoffMs,
    maxBackoffMs: options.retryMaxBackoffMs,
    random: parts.random,
  };
  const keyed = new Set<KeyedSubmitter<R, Row>>();
  const refuseStateless = (): void => {
    if (!isKnownStateless(metadata)) return;
    const problem = `expected a stateful model, found "${modelName}" to be stateless`;
    throw new OptionsError([{ option: "sequence", problem }]);
  };
  const live = new Map<SequencePosition["id"], Sequence<R, Row>>();
  let closed = false;

  return {
    gatherer,
    get alive() {
      return [...keyed].reduce((sum, one) => sum + one.live, live.size);
    },
    open({ id = parts.createSequenceId() } = {}) {
      if (closed) {
        throw new ClosedError(`model "${modelName}": expected it open, found it closed`);
      }
      refuseStateless();
      checkSequenceId(id);
      if (live.has(id)) {
        throw new SequenceError(
          `model "${modelName}": expected an id of its own for each sequence, found one that is open`,
          { reason: "none", steps: 0 },
        );
      }
      const sequence = openSequence<R, Row>({
        modelName,
        tracker: nextTracker(id),
        gatherer,
        policy,
        books,
        onClosed: () => live.delete(id),
      });
      live.set(id, sequence);
      return sequence;
    },
    keyed(asked) {
      const wanted = keyedSequencesOf(asked, options, metadata);
      if (wanted === undefined) return undefined;
      refuseStateless();
      const submitter = createKeyedSubmitter<R, Row>(
        {
          modelName,
          policy,
          clock,
          gatherer,
          createTracker: nextTracker,
          backoffMs: (restart) => backoffMs(restart, backoff),
          onAbandoned: () => keyed.delete(submitter),
        },
        wanted,
      );
      keyed.add(submitter);
      return submitter;
    },
    async close() {
      closed = true;
      const open = [...live.values(), ...keyed];
      await Promise.all(open.map((one) => one.close()));
      await gatherer.close();
    },
    abort(error) {
      for (const one of keyed) one.abandon();
      gatherer.abort(error);
    },
  };
}
