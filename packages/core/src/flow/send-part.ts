import { DecodeError, TransportError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { InferenceRequest, ModelRef, RequestedOutput } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import type { RecordPlan } from "../record/plan.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { begin } from "../transport/layer.ts";
import type { Call, Infer } from "../transport/transport.ts";
import type { Entry } from "./entry.ts";
import { deadlineNow } from "./patient-batch.ts";
import type { Pause } from "./pause.ts";

/** What every batch of a model has in common. */
export interface BatchRunner<R, Row> {
  readonly model: ModelRef;
  readonly plan: RecordPlan<R, Row>;
  /** What to ask the server for. */
  readonly outputs: readonly RequestedOutput[];
  /** The stack of layers over the transport. */
  readonly infer: Infer;
  /** Says what an exchange failed with, where more can be known of it. Never rejects. */
  readonly explain: (error: unknown, signal: AbortSignal) => Promise<unknown>;
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

/** What a batch brings along; the rest of the call depends on what is sent. */
export type CallContext = Omit<Call, "rows" | "isolated" | "onExchange">;

/** Records on their way. */
export interface PartUnderWay<R, Row> {
  readonly sent: readonly Entry<R, Row>[];
  readonly answer: Promise<InferenceResponse>;
  /** Exchanges that carried these records so far. */
  readonly carried: { exchanges: number };
}

/**
 * Encodes what fits and sends it; settles what does not.
 *
 * @param before - exchanges that carried the records already
 * @returns undefined when nothing is left to send
 */
export function sendPart<R, Row>(
  runner: BatchRunner<R, Row>,
  entries: readonly Entry<R, Row>[],
  call: CallContext,
  before: number,
): PartUnderWay<R, Row> | undefined {
  const { tensors, accepted, rejected } = runner.plan.inputs.encode(entries);
  for (const { index, error } of rejected) {
    const entry = entries[index];
    if (entry !== undefined) runner.settleError(entry, error, before);
  }
  const sent = rejected.length === 0 ? entries : pick(entries, accepted);
  const request = requestOf(runner, tensors, sent, before);
  if (request === undefined) return undefined;
  const carried = { exchanges: before };
  const onExchange = (): void => {
    carried.exchanges += 1;
  };
  const isolated = before > 0 && sent.length === 1;
  const sentCall = { ...call, rows: sent.length, isolated, onExchange };
  return { sent, carried, answer: begin(runner.infer, request, withFacts(sentCall, sent)) };
}

/** Undefined when there is nothing to send, or what it is sent with cannot be had. */
function requestOf<R, Row>(
  runner: BatchRunner<R, Row>,
  inputs: readonly Tensor[],
  sent: readonly Entry<R, Row>[],
  before: number,
): InferenceRequest | undefined {
  const [first] = sent;
  if (first === undefined) return undefined;
  const { model, outputs } = runner;
  try {
    return { model, inputs, outputs, ...runner.decorate(first.record) };
  } catch (error) {
    settleAll(runner, sent, toInferenceError(error, model), before);
    return undefined;
  }
}

/** With what only some calls carry: most are sent as they are, without another copy. */
function withFacts<R, Row>(call: Call, entries: readonly Entry<R, Row>[]): Call {
  const moved = call.patience === undefined ? call : { ...call, ...deadlineNow(call) };
  if (entries[0]?.origin === undefined) return moved;
  return { ...moved, origins: entries.map(({ origin }) => origin) };
}

function pick<T>(items: readonly T[], indices: readonly number[]): readonly T[] {
  return indices.flatMap((index) => {
    const item = items[index];
    return item === undefined ? [] : [item];
  });
}

/** Settles records that have no answer. */
export function settleAll<R, Row>(
  runner: BatchRunner<R, Row>,
  entries: readonly Entry<R, Row>[],
  error: InferenceError,
  attempts: number,
): void {
  for (const entry of entries) runner.settleError(entry, error, attempts);
}

/** Settles records with what their answer holds for each. */
export function settleEach<R, Row>(
  runner: BatchRunner<R, Row>,
  { sent, carried }: PartUnderWay<R, Row>,
  rows: readonly (Row | DecodeError)[],
): void {
  let index = 0;
  for (const entry of sent) {
    settleOne(runner, entry, rows[index], carried.exchanges);
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
export function toInferenceError(error: unknown, model: ModelRef): InferenceError {
  if (InferenceError.is(error)) return error;
  const found = error instanceof Error ? error.name : typeof error;
  return new TransportError(
    `model "${model.name}": expected an answer or an InferenceError from the transport, found ${found}`,
    { delivery: "unknown", cause: error },
  );
}
