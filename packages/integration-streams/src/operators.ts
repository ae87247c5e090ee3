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

/** Records to rows, for `pipeline`, `compose` and nested calls. Failures follow `on-error`. */
export function predictRows<R extends object, Row extends object>(
  model: Model<R, Row>,
  options: PredictAllOptions & { readonly join: true },
): <T extends R>(records: RecordSource<T>) => AsyncGenerator<Joined<T, Row>, void, undefined>;
export function predictRows<R extends object, Row extends object>(
  model: Model<R, Row>,
  options?: PredictAllOptions,
): Operator<R, Row>;
export function predictRows<R extends object, Row extends object>(
  model: Model<R, Row>,
  options: PredictAllOptions = {},
): Operator<R, Row> {
  return (records) => model.predictAll(records, options);
}

/** Records to outcomes, exactly one for each. */
export function settleRows<R extends object, Row extends object>(
  model: Model<R, Row>,
  options: FlowOptions = {},
): <T extends R>(records: RecordSource<T>) => AsyncGenerator<Settled<T, Row>, void, undefined> {
  return (records) => model.settleAll(records, options);
}
