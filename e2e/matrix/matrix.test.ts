import { afterAll, describe, expect, it } from "vitest";
import { allRows } from "./all-rows.ts";
import { defects, type Defect } from "./defects.ts";
import type { FaultRow, Wire } from "./fault-row.ts";
import { formatDefects, formatMatrix, type ReportedRun } from "./report.ts";
import { runRow } from "./run-row.ts";

const wires: readonly Wire[] = ["http", "grpc", "grpc-stream"];
const runs: ReportedRun[] = [];

const defectOf = (row: FaultRow, on: Wire): Defect | undefined =>
  defects.find(({ id, wire }) => id === row.id && wire === on);
const runAndReport = async (row: FaultRow, wire: Wire, ordered: boolean): Promise<void> => {
  const startedMs = performance.now();
  const run = await runRow(row, wire, ordered);
  runs.push({ row, wire, ordered, run, elapsedMs: performance.now() - startedMs });
  if (defectOf(row, wire) === undefined) expect(run.problems).toEqual([]);
  else expect(run.problems).not.toEqual([]);
};

afterAll(() => {
  process.stdout.write(`${formatMatrix(runs)}${formatDefects(defects)}\n`);
});

describe.each(wires)("over %s", (wire) => {
  const rows = allRows.filter(
    (row) => (row.wires ?? wires).includes(wire) && defectOf(row, wire)?.runs !== false,
  );
  for (const row of rows) {
    it.each([
      [true, "in order"],
      [false, "as they come"],
    ])(`${row.id}: ${row.what}; $1`, (ordered) => runAndReport(row, wire, ordered));
  }
});
