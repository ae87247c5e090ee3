import type { CellType } from "../parquet/cell-type.ts";
import type { RowSet } from "../checkpoint/row-set.ts";
import type { Columns } from "../record/columns.ts";
import type { SourceRecord } from "../record/source-record.ts";

/** What the records of an input are read with. */
export interface ReadContext {
  /** The model's inputs. */
  readonly columns: Columns;
  /** Rows that are not wanted: they are passed over as cheaply as the format allows. */
  readonly finished: Pick<RowSet, "has" | "low">;
  /** Read the columns that are no inputs too. */
  readonly allColumns: boolean;
}

/** Records that follow one another, made one by one; take all of them before the next group. */
export type RecordGroup = Iterable<SourceRecord>;

/** One input: a file or a stream. */
export interface RecordSource {
  /** As the user wrote it. */
  readonly name: string;
  /**
   * The records in order, in groups of what was there at once: a promise for each record would cost more
   * than reading it. Nothing is read ahead beyond a group, so a slow consumer stops the reading.
   *
   * @param firstRow - the number of the input's first row
   * @returns a generator that returns the number of its rows, those passed over included
   */
  read(firstRow: number, context: ReadContext): AsyncGenerator<RecordGroup, number, undefined>;
  /** The part of the input that was read, from 0 to 1; undefined where the end is not known. */
  readonly fraction: number | undefined;
  /** The types of the columns, where the input tells them. */
  readonly cells?: ReadonlyMap<string, CellType>;
  /** For the share that an input has in several. */
  readonly totalBytes: number | undefined;
}
