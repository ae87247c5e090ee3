import type { ReadableWritablePair } from "node:stream/web";
import type { FlowOptions, Joined, Model, PredictAllOptions, Settled } from "@nereid/core";
import { emitRows } from "./emit.ts";
import { createFlowPair } from "./flow-pair.ts";

/** A pair for `pipeThrough`: records in, rows out. Failures follow the model's `on-error`. */
export function createPredictTransform<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options: PredictAllOptions<T> & { readonly join: true },
): ReadableWritablePair<Joined<T, Row>, T>;
export function createPredictTransform<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options?: PredictAllOptions<T>,
): ReadableWritablePair<Row, T>;
export function createPredictTransform<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  { join = false, ...options }: PredictAllOptions<T> = {},
): ReadableWritablePair<Row | Joined<T, Row>, T> {
  return createFlowPair<R, Row, T, Row | Joined<T, Row>>(model, emitRows(model, join), options);
}

/** A pair for `pipeThrough`: records in, exactly one outcome for each out. */
export function createSettleTransform<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options: FlowOptions<T> = {},
): ReadableWritablePair<Settled<T, Row>, T> {
  return createFlowPair<R, Row, T, Settled<T, Row>>(model, (settled) => settled, options);
}
