import type { Duplex } from "node:stream";
import type { Model } from "@nereid/core";
import { emitRows } from "./emit.ts";
import { createFlowDuplex, type DuplexOptions } from "./flow-duplex.ts";

/** Options of {@link createPredictStream}. */
export interface PredictStreamOptions<R = unknown> extends DuplexOptions<R> {
  /** Put the record's own fields in front of the model's outputs. Default: false. */
  readonly join?: boolean;
}

/**
 * A Duplex in object mode: records in, rows out. Failures follow the model's `on-error`; with `fail`
 * the first one destroys the stream.
 *
 * The stream ends the flow, not the model.
 */
export function createPredictStream<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  { join = false, ...options }: PredictStreamOptions<T> = {},
): Duplex {
  return createFlowDuplex<R, Row, T, object>(model, emitRows(model, join), options);
}

/** A Duplex in object mode: records in, exactly one outcome for each out. */
export function createSettleStream<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options: DuplexOptions<T> = {},
): Duplex {
  return createFlowDuplex<R, Row, T, object>(model, (settled) => settled, options);
}
