import { DecodeError, TransportError, UnavailableError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import { isDeath } from "../layers/suspicions.ts";
import type { InferenceRequest, ModelRef, RequestedOutput } from "../protocol/request.ts";
import type { RecordPlan } from "../record/plan.ts";
import type { Call, Infer } from "../transport/transport.ts";
import type { Entry } from "./entry.ts";
import type { Pause } from "./pause.ts";
import { deadlineNow, payOrStop, stopStreams } from "./patient-batch.ts";
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
  /** Between an exchange without an answer and the next one with its records. */
  readonly pause: Pause;
  /** How often a batch is tried anew behind an outage. */
  readonly maxRetries: number;
  /** Settles one record; a failure goes through the model's policies first. */
  readonly settleRow: (entry: Entry<R, Row>, row: Row) => void;
  readonly settleError: (entry: Entry<R, Row>, error: InferenceError, attempts: number) => void;
}

type CallContext = Omit<Call, "rows" | "isolated" | "onExchange">;

/** A part of a batch on its way. */
interface Part<R, Row> {
  readonly splitting: Splitting;
  /** Exchanges that carried these records already. */
  readonly before: number;
  /** Records that failed alone and without an answer, while nothing has been answered since. */
  readonly suspects: Suspect<R, Row>[];
  /** Records that an outage kept from an answer. */
  readonly left: Entry<R, Row>[];
}

interface Suspect<R, Row> {
  readonly entry: Entry<R, Row>;
  readonly error: InferenceError;
  readonly attempts: number;
}

/**
 * Sends one batch and settles each of its records exactly once. A batch that is refused for its input,
 * that the model answers with 500, or that ends without an answer, is split until the culprit stands
 * alone. When nothing is answered any more, that is nobody's fault: what is left is tried anew, as often as
 * the retries say.
 */
export async function runBatch<R, Row>(
  runner: BatchRunner<R, Row>,
  batch: readonly Entry<R, Row>[],
  call: CallContext,
): Promise<void> {
  let entries = batch;
  let before = 0;
  let owed = 0;
  for (let round = 0; ; round += 1) {
    const splitting = createSplitting(entries.length, owed);
    const part: Part<R, Row> = { splitting, before, suspects: [], left: [] };
    await runPart(runner, entries, call, part);
    const { left, suspects } = part;
    if (splitting.outage === undefined) {
      blame(runner, suspects);
      return;
    }
    entries = [...suspects.map(({ entry }) => entry), ...left];
    before += splitting.exchanges;
    if (round >= runner.maxRetries || call.signal.aborted) {
      settleAll(runner, entries, splitting.outage, before);
      return;
    }
    const paid = await payOrStop(runner.pause, call, round, splitting.outage, entries);
    if (paid === undefined) {
      settleAll(runner, entries, splitting.outage, before);
      return;
    }
    owed = paid;
  }
}

/** Something was answered behind them, or nothing else is left to ask. */
function blame<R, Row>(runner: BatchRunner<R, Row>, suspects: Suspect<R, Row>[]): void {
  for (const { entry, error, attempts } of suspects.splice(0)) {
    runner.settleError(entry, error, attempts);
  }
}

async function runPart<R, Row>(
  runner: BatchRunner<R, Row>,
  part: readonly Entry<R, Row>[],
  call: CallContext,
  state: Part<R, Row>,
): Promise<void> {
  const { splitting, before, suspects } = state;
  if (splitting.outage !== undefined) {
    state.left.push(...part);
    return;
  }
  const travelling = encodeBatch(runner, part, before);
  if (travelling === undefined) return;
  const { request, sent } = travelling;
  let rows: readonly (Row | DecodeError)[];
  let attempts = before;
  const onExchange = (): void => {
    attempts += 1;
    splitting.exchanged();
  };
  let owed = 0;
  try {
    const isolated = before > 0 && sent.length === 1;
    const sentCall = { ...call, rows: sent.length, isolated, onExchange };
    const response = await runner.infer(request, withFacts(sentCall, sent));
    owed = splitting.answered();
    rows = runner.plan.outputs.decode(response, sent.length);
  } catch (error) {
    const failure = toInferenceError(error, request.model);
    if (failure instanceof UnavailableError) stopStreams(sent, failure);
    const parts = call.signal.aborted ? undefined : splitting.failed(sent, failure);
    if (!isDeath(failure)) blame(runner, suspects);
    if (splitting.outage !== undefined) state.left.push(...sent);
    else if (parts !== undefined) {
      const paid = isDeath(failure) ? await payOrStop(runner.pause, call, 0, failure, sent) : 0;
      if (paid === undefined) {
        settleAll(runner, sent, failure, attempts);
        return;
      }
      splitting.paid(paid);
      // One after the other: a server that batches would put the culprit beside its neighbours again.
      for (const smaller of parts) {
        await runPart(runner, smaller, call, { ...state, before: attempts });
      }
    } else if (isDeath(failure) && !call.signal.aborted) {
      suspects.push(...sent.map((entry) => ({ entry, error: failure, attempts })));
    } else settleAll(runner, sent, failure, attempts);
    return;
  }
  blame(runner, suspects);
  if (owed > 0) runner.pause.refund(owed);
  settleEach(runner, sent, rows, attempts);
}

/** With what only some calls carry: most are sent as they are, without another copy. */
function withFacts<R, Row>(call: Call, entries: readonly Entry<R, Row>[]): Call {
  const moved = call.patience === undefined ? call : { ...call, ...deadlineNow(call) };
  if (entries[0]?.origin === undefined) return moved;
  return { ...moved, origins: entries.map(({ origin }) => origin) };
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

function settleEach<R, Row>(
  runner: BatchRunner<R, Row>,
  entries: readonly Entry<R, Row>[],
  rows: readonly (Row | DecodeError)[],
  attempts: number,
): void {
  let index = 0;
  for (const entry of entries) {
    settleOne(runner, entry, rows[index], attempts);
    index += 1;
  }
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
