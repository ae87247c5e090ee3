import { expect, it } from "vitest";
import type { ReportRow } from "../suite.ts";
import { toMarkdown } from "./markdown.ts";

const row: ReportRow = {
  suite: "codecs",
  what: "ours / theirs",
  workload: "64 B",
  unit: "CPU µs per tensor",
  ours: 3,
  theirs: 2,
  ratio: 1.5,
  goal: { most: 1.25 },
  verdict: "fail",
};
const report = (...rows: readonly ReportRow[]): string =>
  toMarkdown(rows.map((one) => ({ kind: "row", ...one })));

it("tells of each row beyond its goal what is known of it, and of no other", () => {
  const known =
    "## Where a goal is not reached\n\n- codecs, ours / theirs, 64 B: Not explained yet.";
  expect(report(row)).toContain(known);
  expect(report({ ...row, verdict: "noisy" })).toContain(known);
  expect(report({ ...row, ratio: 1.2, verdict: "noisy" })).not.toContain("not reached");
});

it("tells of a row at its goal why it has not passed", () => {
  const heading = "## Where the machine was not quiet enough";
  const noisy: ReportRow = { ...row, ratio: 1.2, verdict: "noisy" };
  expect(report({ ...noisy, control: 1.064 })).toContain(
    `${heading}\n\n- codecs, ours / theirs, 64 B: 1.2 meets the goal, and a control of 1.064 could`,
  );
  expect(report({ ...noisy, control: 1 })).toContain("and others had the client's core");
  expect(report({ ...noisy, verdict: "pass" })).not.toContain(heading);
  expect(report({ ...noisy, ratio: 1.3 })).not.toContain(heading);
});

it("tells that a suite was cut off", () => {
  const note = "The suite codecs was cut off: rows are missing.";
  expect(report(row)).toContain(note);
  const ended = [
    { kind: "row", ...row } as const,
    { kind: "suite", name: "codecs", seconds: 1 } as const,
  ];
  expect(toMarkdown(ended)).not.toContain(note);
});
