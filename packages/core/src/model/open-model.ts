import { largestAutoBatch, type BatchSizing } from "../batching/batch-tuner.ts";
import type { Books } from "../flow/books.ts";
import { createFlow } from "../flow/create-flow.ts";
import type { Flow, FlowOptions } from "../flow/flow.ts";
import { createGatherer, type Gatherer, type Submitter } from "../flow/gather.ts";
import type { KeyedSubmitter } from "../flow/keyed-submitter.ts";
import { iterateFlow } from "../flow/iterate.ts";
import { settleFailure, type OutcomePolicy } from "../flow/outcome-policy.ts";
import type { Settled } from "../flow/settled.ts";
import type { RecordSource } from "../flow/source.ts";
import type { EndOfTurn } from "../flow/turn.ts";
import { createPause } from "../flow/pause.ts";
import { largestAdaptiveLimit, type InFlightLimit } from "../layers/adaptive-limit.ts";
import type { RetryBudget } from "../layers/retry-budget.ts";
import type { ModelOptions } from "../options/model-options.ts";
import { createRoster } from "../queue/roster.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import type { InferenceRequest, SequencePosition } from "../protocol/request.ts";
import { joinRow, type Joined } from "../record/join.ts";
import type { RecordPlan } from "../record/plan.ts";
import type { Clock } from "../transport/clock.ts";
import { createPatience } from "../transport/patience.ts";
import type { Infer, Transport } from "../transport/transport.ts";
import type { Explain } from "./changed-model.ts";
import { createClosing } from "./closing.ts";
import type { Model, PredictAllOptions } from "./model.ts";
import type { Observers } from "./open-observers.ts";
import { openSequences } from "./open-sequences.ts";
import { predictOne } from "./predict-one.ts";
import { readStats } from "./read-stats.ts";
import { createRowFrom } from "./row-from.ts";

/** Everything a model is made of, checked and bound. */
export interface ModelParts<R extends object, Row extends object> {
  readonly options: ModelOptions;
  readonly transport: Transport;
  readonly closeTransport: boolean;
  /** Ends health checks, and lets go of what other models on the server use as well. */
  readonly release: () => void;
  readonly metadata: ModelMetadata;
  readonly plan: RecordPlan<R, Row>;
  readonly infer: Infer;
  readonly explain: Explain;
  /** How many batches may be under way. */
  readonly limit: InFlightLimit;
  readonly budget: RetryBudget;
  readonly observers: Observers;
  /** How large batches may grow, where that is not fixed. */
  readonly tuner?: BatchSizing;
  readonly policy: OutcomePolicy<R, Row>;
  /** Resolves when no dead letter is being written. */
  readonly lettersWritten: () => Promise<void>;
  readonly decorate: (record: R) => Partial<InferenceRequest>;
  readonly createSequenceId: () => SequencePosition["id"];
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly endOfTurn: EndOfTurn;
}

/** Puts a gatherer over the stack and makes the public face of it. */
export function openModel<R extends object, Row extends object>(
  parts: ModelParts<R, Row>,
): Model<R, Row> {
  const { options, metadata, transport } = parts;
  const gatherer = gathererOf(parts);
  const rowFrom = createRowFrom<R, Row>(options);
  const { tally } = parts.observers;
  const books: Books = { scopes: createRoster(), tally };
  const sequences = openSequences(parts, books);
  // A flow has sequences of its own, which end with it; single records share the model's.
  const submitter = sequences.keyed(undefined) ?? gatherer;
  const window = mostRows(parts) * (mostSlots(parts) + 1);
  const defaultWindow = Math.min(Number.MAX_SAFE_INTEGER, window);
  const close = createClosing({
    modelName: options.model.name,
    drainTimeoutMs: options.drainTimeoutMs,
    clock: parts.clock,
    async drain() {
      await Promise.all([gatherer.close(), sequences.close()]);
      await parts.lettersWritten();
    },
    abort(error) {
      for (const scope of books.scopes.all.slice()) scope.stop?.(error);
      gatherer.abort(error);
      sequences.abort(error);
    },
    async release() {
      parts.release();
      try {
        parts.observers.telemetry?.close();
      } finally {
        if (parts.closeTransport) await transport.close();
      }
    },
  });

  const iterate = <T extends R, Item>(
    records: RecordSource<T>,
    flowOptions: FlowOptions<T>,
    emit: (settled: Settled<T, Row>) => Item | undefined,
  ): AsyncGenerator<Item, void, undefined> => {
    const openFlow = (wake: () => void): Flow<T, Row> => model.flow(flowOptions, wake);
    return iterateFlow({ records, openFlow, signal: flowOptions.signal, emit });
  };

  function predictAll<T extends R>(
    records: RecordSource<T>,
    options: PredictAllOptions<T> & { readonly join: true },
  ): AsyncGenerator<Joined<T, Row>, void, undefined>;
  function predictAll<T extends R>(
    records: RecordSource<T>,
    options?: PredictAllOptions<T>,
  ): AsyncGenerator<Row, void, undefined>;
  function predictAll<T extends R>(
    records: RecordSource<T>,
    { join = false, ...flowOptions }: PredictAllOptions<T> = {},
  ): AsyncGenerator<Row | Joined<T, Row>, void, undefined> {
    if (!join) return iterate(records, flowOptions, rowFrom);
    return iterate(records, flowOptions, (settled) => {
      const row = rowFrom(settled);
      return row === undefined ? undefined : joinRow(settled.record, row);
    });
  }

  function settleAll<T extends R>(
    records: RecordSource<T>,
    flowOptions: FlowOptions<T> = {},
  ): AsyncGenerator<Settled<T, Row>, void, undefined> {
    return iterate(records, flowOptions, (settled) => settled);
  }

  const model: Model<R, Row> = {
    name: options.model.name,
    metadata,
    predict: (record, predictOptions) => predictOne(submitter, record, predictOptions ?? {}, books),
    predictAll,
    settleAll,
    flow<T extends R>(flowOptions: FlowOptions<T>, wake: () => void): Flow<T, Row> {
      // The flow sees records of this kind only, so its functions may ask for what only they have.
      const keyed = sequences.keyed((flowOptions as FlowOptions<R>).sequence);
      const submitter = keyed === undefined ? gatherer : forOneFlow(keyed);
      const flowParts = { gatherer: submitter, defaultWindow, books };
      // Each outcome carries the very record that went in.
      return createFlow(flowParts, flowOptions, wake) as Flow<T, Row>;
    },
    sequence: (settings) => sequences.open(settings),
    rowFrom,
    stats: () => readStats({ ...parts, tally, books, gatherer, sequences }),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
  return model;
}

/** The flow that cancels is the only one that these sequences have. */
function forOneFlow<R, Row>(keyed: KeyedSubmitter<R, Row>): Submitter<R, Row> {
  return {
    ...keyed,
    cancel(scope, reason) {
      keyed.cancel(scope, reason);
      keyed.abandon();
    },
  };
}

/**
 * Steps of a sequence whose id does not change with each request must reach the server in order, so
 * one is under way at a time.
 */
function stepsFollowOneAnother({ sequence }: ModelOptions): boolean {
  return sequence !== undefined && !sequence.autoIncrement;
}

/** Rows that may ever share a batch. */
function mostRows<R extends object, Row extends object>(parts: ModelParts<R, Row>): number {
  const { batchSize } = parts.options;
  return batchSize === "auto" ? Math.min(parts.plan.maxBatchRows, largestAutoBatch) : batchSize;
}

/** Batches that may ever be under way: of those whose size is learned, few are the large ones. */
function mostSlots<R extends object, Row extends object>({
  options,
  tuner,
}: ModelParts<R, Row>): number {
  if (stepsFollowOneAnother(options)) return 1;
  if (tuner !== undefined) return 4;
  return options.maxInFlight === "auto" ? largestAdaptiveLimit : options.maxInFlight;
}

function gathererOf<R extends object, Row extends object>(
  parts: ModelParts<R, Row>,
): Gatherer<R, Row> {
  const { options, plan, policy, limit } = parts;
  const oneByOne = stepsFollowOneAnother(options);
  return createGatherer<R, Row>({
    // Asked each time: records gather while an adaptive limit has no place.
    slots: () => (oneByOne ? 1 : limit.maxInFlight),
    maxRows: mostRows(parts),
    ...(parts.tuner === undefined ? {} : { sizing: parts.tuner }),
    maxBytes: options.batchBytes,
    batchTimeoutMs: options.batchTimeoutMs,
    timeoutMs: options.timeoutMs,
    clock: parts.clock,
    endOfTurn: parts.endOfTurn,
    patience: () =>
      createPatience({ ...options, modelName: options.model.name, clock: parts.clock }),
    ...parts.observers.gathering,
    runner: {
      model: options.model,
      plan,
      outputs: plan.outputs.names.map((name) => ({ name })),
      infer: parts.infer,
      explain: parts.explain,
      pause: createPause(options, parts),
      maxRetries: options.maxRetries,
      decorate: parts.decorate,
    },
    onFailure: (waiting, error, attempts) => settleFailure(policy, waiting, error, attempts),
  });
}
