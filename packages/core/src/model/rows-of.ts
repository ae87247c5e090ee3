import type { Settled } from "../flow/settled.ts";
import { joinRow, type Joined } from "../record/join.ts";

/** The rows of a stream of outcomes, with or without their records in front. */
export async function* rowsOf<R extends object, Row extends object>(
  outcomes: AsyncIterable<Settled<R, Row>>,
  rowFrom: (settled: Settled<R, Row>) => Row | undefined,
  join: boolean,
): AsyncGenerator<Row | Joined<R, Row>, void, undefined> {
  for await (const settled of outcomes) {
    const row = rowFrom(settled);
    if (row !== undefined) yield join ? joinRow(settled.record, row) : row;
  }
}
