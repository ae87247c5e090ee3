import { EncodeError, joinRow, type InferenceError, type Model, type Settled } from "@nereid/core";
import type { RowKind } from "../checkpoint/entry.ts";
import { rowNumber, type SourceRecord } from "../record/source-record.ts";
import { deadLetterText } from "../sink/dead-letter.ts";
import type { BinaryNames } from "../sink/json-text.ts";
import type { EncodeRow } from "../sink/row-encoder.ts";
import type { RowSink } from "../sink/row-sink.ts";

/** How settled records become lines. */
export interface SettleOptions {
  readonly ordered: boolean;
  readonly join: boolean;
  readonly encode: EncodeRow;
  readonly binary: BinaryNames;
  /** What becomes of a record that failed. */
  readonly failures: "dead-letter" | "count";
  readonly skipNulls: boolean;
  readonly wallNow: () => number;
  /** Ends everything at once. */
  readonly abort: AbortSignal;
  /** A row has been added to the sink. */
  readonly onRow: (kind: RowKind, row: number, error: InferenceError | undefined) => void;
}

/** Sends records through a model and puts what becomes of them into a sink. */
export async function settleRows(
  model: Model<object, object>,
  records: AsyncIterable<SourceRecord>,
  sink: RowSink,
  options: SettleOptions,
): Promise<void> {
  const { ordered, abort, onRow } = options;
  for await (const settled of model.settleAll(records, { ordered, signal: abort })) {
    const row = settled.record[rowNumber];
    const kind = kindOf(settled, options);
    const waiting = sink.add(row, kind, lineOf(settled, kind, options));
    onRow(kind, row, settled.outcome === "ok" ? undefined : settled.error);
    if (waiting !== undefined) await waiting;
  }
}

function kindOf(
  settled: Settled<SourceRecord, object>,
  { failures, skipNulls }: SettleOptions,
): RowKind {
  if (settled.outcome === "ok") return "o";
  if (settled.outcome === "fallback") return "f";
  const isNull = settled.error instanceof EncodeError && settled.error.nullField;
  if (isNull && skipNulls) return "s";
  return failures === "dead-letter" ? "d" : "n";
}

function lineOf(
  settled: Settled<SourceRecord, object>,
  kind: RowKind,
  { join, encode, binary, wallNow }: SettleOptions,
): string {
  const { record } = settled;
  if (settled.outcome !== "failed") {
    return encode(join ? joinRow<object, object>(record, settled.row) : settled.row);
  }
  if (kind !== "d") return "";
  const { error } = settled;
  return deadLetterText({ row: record[rowNumber], record, error, time: wallNow() }, binary);
}
