import type { ParquetOutput } from "../parquet/parquet-output.ts";
import type { RowSink } from "./row-sink.ts";

/** A sink whose rows go into a Parquet file, and whose failures where those of another sink go. */
export function createParquetSink(output: ParquetOutput, failures: RowSink): RowSink {
  return {
    addRow: (_row, _kind, value, record) => output.add(value, record),
    addFailure: failures.addFailure,
    async finish() {
      await output.finish();
      await failures.finish();
    },
  };
}
