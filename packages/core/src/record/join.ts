import { setField } from "./set-field.ts";

/** A record's fields with a model's outputs behind them; a clashing output gets a number. */
export type Joined<R, Row> = R & Omit<Row, keyof R> & NumberedClashes<R, Row>;

type NumberedClashes<R, Row> = {
  readonly [Name in keyof Row & keyof R & string as `${Name}${number}`]: Row[Name];
};

/**
 * Puts a record's own fields first and the outputs behind them. An output whose name is taken gets
 * the first free number behind its name: `score`, then `score0`, `score1`, …
 */
export function joinRow<R extends object, Row extends object>(record: R, row: Row): Joined<R, Row> {
  const joined: Record<string, unknown> = Object.fromEntries(Object.entries(record));
  for (const [name, value] of Object.entries(row)) {
    setField(joined, freeName(name, joined), value);
  }
  return joined as Joined<R, Row>;
}

function freeName(name: string, taken: object): string {
  if (!Object.hasOwn(taken, name)) return name;
  let number = 0;
  while (Object.hasOwn(taken, `${name}${number}`)) number += 1;
  return `${name}${number}`;
}
