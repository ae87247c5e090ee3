import { EncodeError, type InferenceError, type Model, type Settled } from "@nereid/core";
import type { RowKind } from "../checkpoint/entry.ts";
import { rowNumber, type SourceRecord } from "../record/source-record.ts";
import { deadLetterText } from "../sink/dead-letter.ts";
import type { BinaryNames } from "../sink/json-text.ts";
import type { RowSink } from "../sink/row-sink.ts";

/** What becomes of settled records. */
export interface SettleOptions {
  readonly ordered: boolean;
  readonly join: boolean;
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
  const { ordered, join, abort, onRow } = options;
  for await (const settled of model.settleAll(records, { ordered, signal: abort })) {
    const row = settled.record[rowNumber];
    const kind = kindOf(settled, options);
    const waiting =
      settled.outcome === "failed"
        ? sink.addFailure(row, kind, letterOf(settled, kind, options))
        : sink.addRow(row, kind, settled.row, join ? settled.record : undefined);
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

function letterOf(
  { record, error }: Extract<Settled<SourceRecord, object>, { outcome: "failed" }>,
  kind: RowKind,
  { binary, wallNow }: SettleOptions,
): string {
  if (kind !== "d") return "";
  return deadLetterText({ row: record[rowNumber], record, error, time: wallNow() }, binary);
}
