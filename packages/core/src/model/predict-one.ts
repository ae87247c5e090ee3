import type { Submitter } from "../flow/gather.ts";
import type { Books } from "../flow/books.ts";
import type { Settled } from "../flow/settled.ts";
import type { Scope } from "../flow/entry.ts";
import type { PredictOptions } from "./model.ts";

/**
 * Sends one record; a record without a row rejects with its error.
 *
 * @param books - where it stands until then
 */
export function predictOne<R, Row>(
  submitter: Pick<Submitter<R, Row>, "submit" | "cancel">,
  record: R,
  { signal }: PredictOptions,
  { scopes, tally }: Books,
): Promise<Row> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    // A record that cannot be measured settles before this goes on.
    let isOver = false;
    const over = (): void => {
      isOver = true;
      scopes.remove(scope);
      signal?.removeEventListener("abort", onAbort);
    };
    const stop = (reason: unknown): void => {
      over();
      tally.cancelled(1);
      submitter.cancel(scope, reason);
      reject(reason);
    };
    const onAbort = (): void => stop(signal?.reason);
    const scope: Scope = { cancelled: false, patient: false, at: 0, inside: 1, stop };
    tally.taken();
    scopes.add(scope);
    const settle = (settled: Settled<R, Row>): void => {
      over();
      tally.settled(settled);
      if (settled.outcome !== "failed") resolve(settled.row);
      else reject(settled.error);
    };
    try {
      submitter.submit(record, scope, settle);
    } catch (error) {
      stop(error);
    }
    if (!isOver) signal?.addEventListener("abort", onAbort, { once: true });
  });
}
