import type { Submitter } from "../flow/gather.ts";
import type { Scope } from "../flow/entry.ts";
import type { PredictOptions } from "./model.ts";

/** Sends one record; a record without a row rejects with its error. */
export function predictOne<R, Row>(
  submitter: Pick<Submitter<R, Row>, "submit" | "cancel">,
  record: R,
  { signal }: PredictOptions = {},
): Promise<Row> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const scope: Scope = { cancelled: false, patient: false };
    const onAbort = (): void => {
      submitter.cancel(scope, signal?.reason);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    submitter.submit(record, scope, (settled) => {
      signal?.removeEventListener("abort", onAbort);
      if (settled.outcome !== "failed") resolve(settled.row);
      else reject(settled.error);
    });
  });
}
