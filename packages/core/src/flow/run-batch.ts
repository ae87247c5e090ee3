import { DecodeError, TransportError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import { isDeath } from "../layers/suspicions.ts";
import type { InferenceRequest, ModelRef, RequestedOutput } from "../protocol/request.ts";
import type { RecordPlan } from "../record/plan.ts";
import type { Call, Infer } from "../transport/transport.ts";
import type { Entry } from "./entry.ts";
import type { Pause } from "./pause.ts";
import { createSplitting, type Splitting } from "./splitting.ts";

/** What every batch of a model has in common. */
export interface BatchRunner<R, Row> {
  readonly model: ModelRef;
  readonly plan: RecordPlan<R, Row>;
  /** What to ask the server for. */
  readonly outputs: readonly RequestedOutput[];
  /** The stack of layers over the transport. */
  readonly infer: Infer;
  /** What the request carries beside tensors: priority, sequence. One call for each request. */
  readonly decorate: (record: R) => Partial<InferenceRequest>;
  /** Waits a moment after an exchange without an answer, before the parts of its batch are sent. */
  readonly pause: Pause;
  /** Settles one record; a failure goes through the model's policies first. */
  readonly settleRow: (entry: Entry<R, Row>, row: Row) => void;
  readonly settleError: (entry: Entry<R, Row>, error: InferenceError, attempts: number) => void;
}

type CallContext = Omit<Call, "rows" | "isolated" | "onExchange">;

/** A part of a batch on its way. */
interface Part {
  readonly splitting: Splitting;
  /** Exchanges that carried these records already. */
  readonly before: number;
}

/**
 * Sends one batch and settles each of its records exactly once. A batch that is refused for its input,
 * that the model answers with 500, or that ends without an answer, is split until the culprit stands
 * alone.
 */
export function runBatch<R, Row>(
  runner: BatchRunner<R, Row>,
  batch: readonly Entry<R, Row>[],
  call: CallContext,
): Promise<void> {
  return runPart(runner, batch, call, { splitting: createSplitting(batch.length), before: 0 });
}

async function runPart<R, Row>(
  runner: BatchRunner<R, Row>,
  part: readonly Entry<R, Row>[],
  call: CallContext,
  { splitting, before }: Part,
): Promise<void> {
  if (splitting.outage !== undefined) {
    settleAll(runner, part, splitting.outage, before);
    return;
  }
  const travelling = encodeBatch(runner, part, before);
  if (travelling === undefined) return;
  const { request, sent } = travelling;
  let rows: readonly (Row | DecodeError)[];
  let attempts = before;
  const onExchange = (): void => {
    attempts += 1;
  };
  try {
    const isolated = before > 0 && sent.length === 1;
    const response = await runner.infer(request, {
      ...call,
      rows: sent.length,
      isolated,
      onExchange,
    });
    splitting.answered();
    rows = runner.plan.outputs.decode(response, sent.length);
  } catch (error) {
    const failure = toInferenceError(error, request.model);
    const parts = call.signal.aborted ? undefined : splitting.failed(sent, failure);
    if (parts === undefined) {
      settleAll(runner, sent, failure, attempts);
      return;
    }
    if (isDeath(failure)) await runner.pause(call.signal);
    // One after the other: a server that batches would put the culprit beside its neighbours again.
    for (const smaller of parts) {
      await runPart(runner, smaller, call, { splitting, before: attempts });
    }
    return;
  }
  for (const [index, entry] of sent.entries()) settleOne(runner, entry, rows[index], attempts);
}

interface Travelling<R, Row> {
  readonly request: InferenceRequest;
  readonly sent: readonly Entry<R, Row>[];
}

/** Encodes what fits and settles what does not; undefined when nothing is left to send. */
function encodeBatch<R, Row>(
  runner: BatchRunner<R, Row>,
  entries: readonly Entry<R, Row>[],
  attempts: number,
): Travelling<R, Row> | undefined {
  const { tensors, accepted, rejected } = runner.plan.inputs.encode(
    entries.map(({ measured }) => measured),
  );
  for (const { index, error } of rejected) {
    const entry = entries[index];
    if (entry !== undefined) runner.settleError(entry, error, attempts);
  }
  const sent = rejected.length === 0 ? entries : pick(entries, accepted);
  const first = sent[0];
  if (first === undefined) return undefined;
  try {
    const request: InferenceRequest = {
      model: runner.model,
      inputs: tensors,
      outputs: runner.outputs,
      ...runner.decorate(first.measured.record),
    };
    return { request, sent };
  } catch (error) {
    settleAll(runner, sent, toInferenceError(error, runner.model), attempts);
    return undefined;
  }
}

function pick<T>(items: readonly T[], indices: readonly number[]): readonly T[] {
  return indices.flatMap((index) => {
    const item = items[index];
    return item === undefined ? [] : [item];
  });
}

function settleAll<R, Row>(
  runner: BatchRunner<R, Row>,
  entries: readonly Entry<R, Row>[],
  error: InferenceError,
  attempts: number,
): void {
  for (const entry of entries) runner.settleError(entry, error, attempts);
}

function settleOne<R, Row>(
  runner: BatchRunner<R, Row>,
  entry: Entry<R, Row>,
  row: Row | DecodeError | undefined,
  attempts: number,
): void {
  if (row instanceof DecodeError) runner.settleError(entry, row, attempts);
  else if (row === undefined) runner.settleError(entry, missingRow(runner.model), attempts);
  else runner.settleRow(entry, row);
}

function missingRow(model: ModelRef): DecodeError {
  return new DecodeError(`model "${model.name}": expected a row for each record, found fewer`);
}

/** A transport, layer or abort reason that is foreign must not lose a record. */
function toInferenceError(error: unknown, model: ModelRef): InferenceError {
  if (InferenceError.is(error)) return error;
  const found = error instanceof Error ? error.name : typeof error;
  return new TransportError(
    `model "${model.name}": expected an answer or an InferenceError from the transport, found ${found}`,
    { delivery: "unknown", cause: error },
  );
}
