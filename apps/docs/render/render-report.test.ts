import { expect, it } from "vitest";
import type { ReportRow } from "@nereid/bench/suite.ts";
import { renderReport } from "./render-report.ts";

const row: ReportRow = {
  suite: "codecs",
  what: "ours / theirs",
  workload: "64 B",
  unit: "CPU µs",
  ours: 2.3456,
  theirs: 1234.5,
  ratio: 0.0019,
  goal: { most: 0.25 },
  control: 1.013,
  verdict: "pass",
  note: "a | b <c>",
};

const page = renderReport([
  { kind: "row", ...row },
  { kind: "row", ...row, suite: "other", verdict: "noisy" },
  { kind: "suite", name: "codecs", seconds: 61 },
]);

it("writes a row as it was measured, and its text as text", () => {
  expect(page).toContain(
    "| ours / theirs | 64 B | 2.35 | 1,235 | CPU µs | 0.0019 | ≤ 0.25 | 1.01 | pass | a \\| b &lt;c> |",
  );
});

it("has a table for each suite, also for one that it does not know", () => {
  expect(page).toContain("## Codecs");
  expect(page).toContain("## other");
});

it("counts verdicts, and keeps noise apart from what passed", () => {
  expect(page).toContain("Of 2 rows with a goal: 1 pass, 0 fail, 1 noisy, 0 skipped.");
  expect(page).toContain("which took 2 minutes");
});

it("gives no verdict to a row without a goal", () => {
  const { goal: _, ...told } = row;
  expect(renderReport([{ kind: "row", ...told }])).toContain("| 0.0019 |  | 1.01 |  |");
});
