import type { Books } from "../flow/books.ts";
import type { Scope, Taker } from "../flow/entry.ts";
import type { Submitter } from "../flow/gather.ts";
import type { Settled } from "../flow/settled.ts";
import type { PredictOptions } from "./model.ts";

/** Where one record goes, and how it is given up. */
type LoneSubmitter<R, Row> = Pick<Submitter<R, Row>, "submit" | "cancel">;

/**
 * A record with a caller of its own: scope and taker in one object, whose functions all calls share. Functions
 * of its own were 300 bytes for each row of a batch.
 */
interface LoneCall<R, Row> extends Scope, Taker<R, Row> {
  readonly submitter: LoneSubmitter<R, Row>;
  readonly books: Books;
  readonly resolve: (row: Row) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  /** Listens to the signal. */
  onAbort: (() => void) | undefined;
  /** A record that cannot be measured settles while it is submitted. */
  isOver: boolean;
  stop(reason: unknown): void;
}

/**
 * Sends one record; a record without a row rejects with its error.
 *
 * @param books - where it stands until then
 */
export function predictOne<R, Row>(
  submitter: LoneSubmitter<R, Row>,
  record: R,
  { signal }: PredictOptions,
  books: Books,
): Promise<Row> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const call: LoneCall<R, Row> = {
      cancelled: false,
      patient: false,
      at: 0,
      inside: 1,
      submitter,
      books,
      resolve,
      reject,
      signal,
      onAbort: undefined,
      isOver: false,
      stop: stopCall,
      done: settleCall,
    };
    books.tally.taken();
    books.scopes.add(call);
    try {
      submitter.submit(record, call, call);
    } catch (error) {
      call.stop(error);
    }
    if (signal !== undefined && !call.isOver) listen(call, signal);
  });
}

function listen<R, Row>(call: LoneCall<R, Row>, signal: AbortSignal): void {
  // An observer that is told of the batch may have aborted it.
  if (signal.aborted) {
    call.stop(signal.reason);
    return;
  }
  call.onAbort = () => call.stop(signal.reason);
  signal.addEventListener("abort", call.onAbort, { once: true });
}

function settleCall<R, Row>(this: LoneCall<R, Row>, settled: Settled<R, Row>): void {
  endCall(this);
  this.books.tally.settled(settled);
  if (settled.outcome !== "failed") this.resolve(settled.row);
  else this.reject(settled.error);
}

function stopCall<R, Row>(this: LoneCall<R, Row>, reason: unknown): void {
  endCall(this);
  this.books.tally.cancelled(1);
  this.submitter.cancel(this, reason);
  this.reject(reason);
}

function endCall<R, Row>(call: LoneCall<R, Row>): void {
  call.isOver = true;
  call.books.scopes.remove(call);
  if (call.onAbort !== undefined) call.signal?.removeEventListener("abort", call.onAbort);
}
