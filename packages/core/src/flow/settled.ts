import type { InferenceError } from "../errors/inference-error.ts";

/** What became of one record. Every record settles exactly once. */
export type Settled<R, Row> =
  | { readonly outcome: "ok"; readonly record: R; readonly row: Row }
  | {
      readonly outcome: "failed";
      readonly record: R;
      readonly error: InferenceError;
      /** Exchanges that carried the record, retries and the parts of a split batch included. */
      readonly attempts: number;
    }
  | {
      readonly outcome: "fallback";
      readonly record: R;
      readonly row: Row;
      readonly error: InferenceError;
    };
