import { noPause } from "./pause.ts";
import type { InferenceRequest, SequencePosition } from "../protocol/request.ts";
import type { MeasuredRecord, RecordPlan } from "../record/plan.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { createGatherer, type Gatherer, type GatherOptions } from "./gather.ts";
import type { BatchRunner } from "./send-part.ts";
import { createStartGate } from "./start-gate.ts";

/** One step of a sequence on its way. */
export interface Step<R> {
  /** Undefined: zeros, to end a sequence for which there is no record left. */
  readonly record: R | undefined;
  /** True for the first step of a sequence. */
  readonly isStart: boolean;
  /** Called once, when the step leaves: a step that never leaves takes no place in its sequence. */
  position(): SequencePosition;
}

/** Where the steps of all sequences of a model leave. */
export type StepGatherer<R, Row> = Omit<Gatherer<Step<R>, Row>, "pending">;

/** What the steps of all sequences of a model have in common. */
export interface StepGathererOptions<R, Row>
  extends
    Pick<
      GatherOptions<never, never>,
      "slots" | "timeoutMs" | "clock" | "endOfTurn" | "observe" | "origin"
    >,
    Pick<BatchRunner<R, Row>, "model" | "plan" | "outputs" | "infer" | "explain"> {
  /** What each request carries beside tensors and its place in the sequence. */
  readonly decoration: Partial<InferenceRequest>;
  /** Makes the inputs of a step without a record. */
  readonly zeros: () => readonly Tensor[];
}

/**
 * A gatherer for steps: each travels alone, for a sequence batcher takes one row in a request, and in
 * the order in which they were submitted. Starts leave some slots to the steps of live sequences.
 */
export function createStepGatherer<R, Row>(
  options: StepGathererOptions<R, Row>,
): StepGatherer<R, Row> {
  const { slots, timeoutMs, clock, endOfTurn, model, outputs, infer, explain, decoration } =
    options;
  const { observe, origin } = options;
  const gatherer = createGatherer<Step<R>, Row>({
    ...(observe === undefined ? {} : { observe }),
    ...(origin === undefined ? {} : { origin }),
    slots,
    timeoutMs,
    clock,
    endOfTurn,
    maxRows: 1,
    maxBytes: 1,
    batchTimeoutMs: 0,
    runner: {
      model,
      outputs,
      infer: (request, call) => infer(request, { ...call, atMostOnce: true }),
      explain,
      plan: planOfSteps(options.plan, options.zeros),
      // A step travels alone, so there are no parts to wait for.
      pause: noPause,
      maxRetries: 0,
      decorate: (step) => ({ ...decoration, sequence: step.position() }),
    },
    onFailure: ({ record, done }, error, attempts) =>
      done({ outcome: "failed", record, error, attempts }),
  });
  return createStartGate(gatherer, slots);
}

function planOfSteps<R, Row>(
  { inputs, outputs, maxBatchRows }: RecordPlan<R, Row>,
  zeros: () => readonly Tensor[],
): RecordPlan<Step<R>, Row> {
  return {
    maxBatchRows,
    outputs,
    inputs: {
      measure(step) {
        if (step.record === undefined) return { record: step, shapeKey: "", bytes: 0 };
        const { shapeKey, bytes } = inputs.measure(step.record);
        return { record: step, shapeKey, bytes };
      },
      encode(batch) {
        const records: MeasuredRecord<R>[] = [];
        for (const { record: step, shapeKey, bytes } of batch) {
          if (step.record !== undefined) records.push({ record: step.record, shapeKey, bytes });
        }
        if (records.length > 0) return inputs.encode(records);
        return { tensors: zeros(), accepted: batch.map((_, index) => index), rejected: [] };
      },
    },
  };
}
