import { UnavailableError } from "../errors/errors.ts";
import type { DecodeError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import { isDeath } from "../layers/suspicions.ts";
import type { Entry } from "./entry.ts";
import { payOrStop, stopStreams } from "./patient-batch.ts";
import {
  sendPart,
  settleAll,
  settleEach,
  toInferenceError,
  type BatchRunner,
  type CallContext,
  type PartUnderWay,
} from "./send-part.ts";
import { createSplitting, type Splitting } from "./splitting.ts";

/** What is known of a batch while its parts are sent. */
interface Round<R, Row> {
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
 * Settles the records of a batch whose first exchange has failed, each exactly once. A batch that is refused
 * for its input, that the model answers with 500, or that ends without an answer, is split until the culprit
 * stands alone. When nothing is answered any more, that is nobody's fault: what is left is tried anew, as
 * often as the retries say.
 *
 * @param failed - the exchange, whose answer rejects or cannot be read
 */
export async function takeApart<R, Row>(
  runner: BatchRunner<R, Row>,
  batch: readonly Entry<R, Row>[],
  call: CallContext,
  failed: PartUnderWay<R, Row>,
): Promise<void> {
  let entries = batch;
  let first: PartUnderWay<R, Row> | undefined = failed;
  let before = 0;
  let owed = 0;
  for (let round = 0; ; round += 1) {
    const splitting = createSplitting(entries.length, owed);
    const state: Round<R, Row> = { splitting, before, suspects: [], left: [] };
    await runPart(runner, entries, call, state, first);
    first = undefined;
    const { left, suspects } = state;
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

/** @param begun - the exchange of this part, where it is under way already */
async function runPart<R, Row>(
  runner: BatchRunner<R, Row>,
  entries: readonly Entry<R, Row>[],
  call: CallContext,
  round: Round<R, Row>,
  begun?: PartUnderWay<R, Row>,
): Promise<void> {
  const { splitting, before, suspects } = round;
  if (splitting.outage !== undefined) {
    round.left.push(...entries);
    return;
  }
  const part = begun ?? sendPart(runner, entries, call, before);
  if (part === undefined) return;
  const { sent, carried } = part;
  let rows: readonly (Row | DecodeError)[];
  let owed = 0;
  try {
    const response = await part.answer;
    owed = splitting.answered();
    rows = runner.plan.outputs.decode(response, sent.length);
  } catch (error) {
    splitting.exchanged(carried.exchanges - before);
    const failure = toInferenceError(await runner.explain(error, call.signal), runner.model);
    await partFailed(runner, part, failure, call, round);
    return;
  }
  splitting.exchanged(carried.exchanges - before);
  blame(runner, suspects);
  if (owed > 0) runner.pause.refund(owed);
  settleEach(runner, part, rows);
}

async function partFailed<R, Row>(
  runner: BatchRunner<R, Row>,
  { sent, carried: { exchanges } }: PartUnderWay<R, Row>,
  failure: InferenceError,
  call: CallContext,
  round: Round<R, Row>,
): Promise<void> {
  const { splitting, suspects } = round;
  if (failure instanceof UnavailableError) stopStreams(sent, failure);
  const parts = call.signal.aborted ? undefined : splitting.failed(sent, failure);
  if (!isDeath(failure)) blame(runner, suspects);
  if (splitting.outage !== undefined) round.left.push(...sent);
  else if (parts !== undefined) {
    const paid = isDeath(failure) ? await payOrStop(runner.pause, call, 0, failure, sent) : 0;
    if (paid === undefined) {
      settleAll(runner, sent, failure, exchanges);
      return;
    }
    splitting.paid(paid);
    // One after the other: a server that batches would put the culprit beside its neighbours again.
    for (const smaller of parts) {
      await runPart(runner, smaller, call, { ...round, before: exchanges });
    }
  } else if (isDeath(failure) && !call.signal.aborted) {
    suspects.push(...sent.map((entry) => ({ entry, error: failure, attempts: exchanges })));
  } else settleAll(runner, sent, failure, exchanges);
}
