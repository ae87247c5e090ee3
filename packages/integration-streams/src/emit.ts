import { joinRow, type Joined, type Model, type Settled } from "@nereid/core";

/**
 * What a stream makes of an outcome: an item to pass on, or undefined when the record is left out.
 * Throws to end the stream.
 */
export type Emit<R, Row, Item> = (settled: Settled<R, Row>) => Item | undefined;

/** Rows as `on-error` says, with or without their records in front. */
export function emitRows<R extends object, Row extends object, T extends R>(
  model: Model<R, Row>,
  join: boolean,
): Emit<T, Row, Row | Joined<T, Row>> {
  if (!join) return (settled) => model.rowFrom(settled);
  return (settled) => {
    const row = model.rowFrom(settled);
    return row === undefined ? undefined : joinRow(settled.record, row);
  };
}
