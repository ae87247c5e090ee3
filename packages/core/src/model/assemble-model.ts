import { createBatchTuner, largestAutoBatch } from "../batching/batch-tuner.ts";
import { SequenceError } from "../errors/errors.ts";
import { createUnderWay, type UnderWay } from "../connection/under-way.ts";
import type { OnDeadLetter } from "../flow/dead-letter.ts";
import { systemEndOfTurn } from "../flow/turn.ts";
import { createAdaptiveLimit, fixedLimit, type InFlightLimit } from "../layers/adaptive-limit.ts";
import type { Balancer } from "../layers/balancer.ts";
import { createModelGrace } from "../layers/model-grace.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import { hasBatchDimension } from "../record/batch-dimension.ts";
import { bindPlan } from "../record/bind-plan.ts";
import type { Fields, RecordOf, RowOf } from "../record/field.ts";
import { createSequenceIds } from "../sequence/sequence-id.ts";
import { createRunId, createSequencePositions } from "../sequence/sequence-positions.ts";
import { idleClock, systemClock } from "../transport/clock.ts";
import { stack } from "../transport/layer.ts";
import type { Transport } from "../transport/transport.ts";
import { balancerOf, checkHealth } from "./balance-model.ts";
import { checkLetters, checkModel } from "./check-model.ts";
import { createChangedModel } from "./changed-model.ts";
import type { ModelContext } from "./model-context.ts";
import { leaseGuards, type ModelGuards } from "./model-guards.ts";
import { createDefaultRow } from "./default-row.ts";
import { defaultStack, type StackContext } from "./default-stack.ts";
import { fetchMetadata } from "./fetch-metadata.ts";
import type { Model } from "./model.ts";
import { openObservers } from "./open-observers.ts";
import { openModel } from "./open-model.ts";
import { warmUp } from "./warm-up.ts";

/** Makes a model of a transport and parsed options. One that cannot be made leaves nothing behind. */
export async function assembleModel<I extends Fields, O extends Fields>(
  transport: Transport,
  options: ModelOptions,
  context: ModelContext<I, O>,
): Promise<Model<RecordOf<I>, RowOf<O>>> {
  const guards = leaseGuards(transport, options, context.clock ?? systemClock);
  const undo = [guards.release];
  try {
    return await assembleGuarded(transport, options, context, guards, undo);
  } catch (error) {
    for (const step of undo.toReversed()) step();
    throw error;
  }
}

async function assembleGuarded<I extends Fields, O extends Fields>(
  transport: Transport,
  options: ModelOptions,
  context: ModelContext<I, O>,
  guards: ModelGuards,
  undo: (() => void)[],
): Promise<Model<RecordOf<I>, RowOf<O>>> {
  const { random = Math.random, endOfTurn = systemEndOfTurn } = context;
  const { clock, budget } = guards;
  const { inputs, outputs, signal } = context;
  checkLetters(options, context.onDeadLetter);
  const letters = createUnderWay();
  const metadata = await fetchMetadata(transport, options.model, {
    timeoutMs: options.timeoutMs,
    clock,
    ...(signal === undefined ? {} : { signal }),
  });
  const batchDimension = hasBatchDimension(metadata, inputs, outputs, context.batchDimension);
  const plan = bindPlan({
    metadata,
    batchDimension,
    flattenBatchDim: options.flattenBatchDim,
    ...(inputs === undefined ? {} : { inputs }),
    ...(outputs === undefined ? {} : { outputs }),
  });
  checkModel(options, metadata, plan.maxBatchRows);
  const observers = openObservers(context, options, transport, clock, () => model.stats());
  const { observe, tellAttempts, telemetry } = observers;
  undo.push(() => telemetry?.close());
  const { maxInFlight } = options;
  const limit =
    maxInFlight === "auto" ? createAdaptiveLimit({ clock, observe }) : fixedLimit(maxInFlight);
  const { maxBatchRows } = plan;
  const tuner =
    options.batchSize === "auto" && maxBatchRows > 1
      ? { tuner: createBatchTuner(Math.min(maxBatchRows, largestAutoBatch), clock) }
      : {};
  // Its metadata was read, so that it is there as a rule.
  const grace = createModelGrace({
    ...(context.modelGoneGraceMs === undefined ? {} : { graceMs: context.modelGoneGraceMs }),
    ready: (asking) => transport.ready(options.model, { signal: asking, headers: {}, attempt: 1 }),
    clock,
    observe,
  });
  const balancer = balancerOf(transport, options, { clock, random, observe }, guards);
  const standard = defaultStack(options, {
    random,
    limit,
    ...tuner,
    grace,
    ...guards,
    observe,
    ...(tellAttempts === undefined ? {} : { tellAttempts }),
    ...(telemetry === undefined ? {} : { telemetry }),
    ...(balancer === undefined ? {} : { balancer: balancer.layer }),
    ...hedging(options, guards, balancer, limit),
  });
  const explain = createChangedModel({
    metadata,
    ask: () => fetchMetadata(transport, options.model, { timeoutMs: 2000, clock }),
    clock,
  });
  const layers = stack(observers.tally.layer, ...(context.layers?.(standard) ?? standard));
  const infer = layers((request, call) => {
    call.onExchange?.();
    return transport.infer(request, call);
  });
  const stopChecks =
    balancer === undefined
      ? () => undefined
      : checkHealth(transport, options, balancer, { clock: context.clock ?? idleClock, random });
  undo.push(stopChecks);
  const model: Model<RecordOf<I>, RowOf<O>> = openModel<RecordOf<I>, RowOf<O>>({
    options,
    release: () => {
      stopChecks();
      guards.release();
    },
    transport,
    closeTransport: context.closeTransport ?? true,
    metadata,
    plan,
    infer,
    explain,
    limit,
    budget,
    observers,
    lettersWritten: () => letters.drained(),
    ...tuner,
    policy: {
      defaultOnError: options.onError === "default",
      defaultOnNull: options.onNull === "default",
      skipOnNull: options.onNull === "skip",
      onDeadLetter: trackedLetters(options, context.onDeadLetter, letters),
      wallClock: context.wallClock ?? Date.now,
      createDefault:
        options.defaultValue === undefined
          ? undefined
          : // The value was checked against the declared outputs, whose type this is.
            (createDefaultRow(options.defaultValue.value, {
              metadata,
              outputs,
              batchDimension,
            }) as () => RowOf<O>),
    },
    decorate: createDecorate(options, metadata.sequence !== undefined),
    createSequenceId: createSequenceIds((target) => crypto.getRandomValues(target)),
    clock,
    random,
    endOfTurn,
  });
  await warmUp(options, metadata, infer, model);
  return model;
}

/** A hedge is for good times: with another endpoint, a free place, and more than half of each budget. */
function hedging(
  options: ModelOptions,
  { budgets }: ModelGuards,
  balancer: Balancer | undefined,
  limit: InFlightLimit,
): Pick<StackContext, "mayHedge"> {
  if (!options.hedging || balancer === undefined || budgets.length < 2) return {};
  return {
    mayHedge: (request) =>
      limit.underWay < limit.maxInFlight &&
      budgets.every(({ left }) => left > 0.5) &&
      balancer.mayHedge(request),
  };
}

/** Steps leave their sequence before their letters are written, and closing waits for both. */
function trackedLetters<R>(
  { onError }: ModelOptions,
  onDeadLetter: OnDeadLetter<R> | undefined,
  letters: UnderWay,
): OnDeadLetter<R> | undefined {
  if (onError !== "dead-letter" || onDeadLetter === undefined) return undefined;
  return (letter) => letters.track(async () => onDeadLetter(letter));
}

/**
 * What each request carries beside its tensors. A retry reuses the request, so its sequence id stays.
 *
 * @throws (the function it returns) SequenceError for a stateful model without a `sequence-id`
 */
function createDecorate(
  { model, sequence, priority }: ModelOptions,
  isStateful: boolean,
): (record: unknown) => Partial<InferenceRequest> {
  const fixed = priority === undefined ? {} : { priority };
  if (sequence === undefined && isStateful) return () => refuseStateless(model.name);
  if (sequence === undefined) return () => fixed;
  const runId = createRunId((target) => crypto.getRandomValues(target));
  const position = createSequencePositions(sequence, runId);
  return (record) => ({ ...fixed, sequence: position(record) });
}

function refuseStateless(name: string): never {
  throw new SequenceError(
    `model "${name}" is stateful: expected the record in a sequence, found it in none`,
    { reason: "none", steps: 0 },
  );
}
