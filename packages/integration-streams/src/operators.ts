import type {
  FlowOptions,
  Joined,
  Model,
  PredictAllOptions,
  RecordSource,
  Settled,
} from "@nereid/core";

/** A step of a pipeline: takes one stream, gives another. */
export type Operator<R, Item> = (records: RecordSource<R>) => AsyncGenerator<Item, void, undefined>;

/**
 * Records to rows, for `pipeline`, `compose` and nested calls. Failures follow `on-error`. Options that look
 * into a record, like the key of a sequence, decide what records the operator takes.
 */
export function predictRows<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options: PredictAllOptions<T> & { readonly join: true },
): <U extends T>(records: RecordSource<U>) => AsyncGenerator<Joined<U, Row>, void, undefined>;
export function predictRows<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options?: PredictAllOptions<T>,
): Operator<T, Row>;
export function predictRows<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options: PredictAllOptions<T> = {},
): Operator<T, Row> {
  return (records) => model.predictAll(records, options);
}

/** Records to outcomes, exactly one for each. */
export function settleRows<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options: FlowOptions<T> = {},
): <U extends T>(records: RecordSource<U>) => AsyncGenerator<Settled<U, Row>, void, undefined> {
  return (records) => model.settleAll(records, options);
}
