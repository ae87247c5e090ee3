import type { Submitter } from "../flow/gather.ts";
import type { Scope } from "../flow/entry.ts";
import type { PredictOptions } from "./model.ts";

/**
 * Sends one record; a record without a row rejects with its error.
 *
 * @param scopes - where it stands until then
 */
export function predictOne<R, Row>(
  submitter: Pick<Submitter<R, Row>, "submit" | "cancel">,
  record: R,
  { signal }: PredictOptions,
  scopes: Set<Scope>,
): Promise<Row> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    // A record that cannot be measured settles before this goes on.
    let isOver = false;
    const over = (): void => {
      scopes.delete(scope);
      signal?.removeEventListener("abort", onAbort);
    };
    const stop = (reason: unknown): void => {
      over();
      submitter.cancel(scope, reason);
      reject(reason);
    };
    const onAbort = (): void => stop(signal?.reason);
    const scope: Scope = { cancelled: false, patient: false, stop };
    submitter.submit(record, scope, (settled) => {
      over();
      if (settled.outcome !== "failed") resolve(settled.row);
      else reject(settled.error);
      isOver = true;
    });
    if (isOver) return;
    scopes.add(scope);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
