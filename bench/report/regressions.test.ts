import { expect, it } from "vitest";
import type { ReportRow } from "../suite.ts";
import { regressionsOf } from "./regressions.ts";

const row = (changes: Partial<ReportRow>): ReportRow => ({
  suite: "http",
  what: "ours / theirs",
  workload: "64 B",
  unit: "CPU µs per request",
  ours: 1,
  theirs: 1,
  ratio: 1.6,
  goal: { most: 1.25 },
  verdict: "fail",
  ...changes,
});
const kept = [{ kind: "row", ...row({ ratio: 1.5 }) }] as const;

it.each<[string, Partial<ReportRow>, boolean]>([
  ["meets its goal", { verdict: "pass" }, false],
  ["cannot be judged", { verdict: "noisy", ratio: 9 }, false],
  ["misses its goal as it did", {}, false],
  ["is much worse than it was", { ratio: 2 }, true],
  ["was not there before", { workload: "600 KB" }, true],
  ["ended early", { ratio: Number.NaN }, true],
])("a row that %s", (_, changes, isRegression) => {
  expect(regressionsOf([row(changes)], kept)).toHaveLength(isRegression ? 1 : 0);
});

it("a ratio that should be large regresses when it is small", () => {
  const least = { goal: { least: 10 } } as const;
  const last = [{ kind: "row", ...row({ ...least, ratio: 8 }) }] as const;
  expect(regressionsOf([row({ ...least, ratio: 7 })], last)).toHaveLength(0);
  expect(regressionsOf([row({ ...least, ratio: 5 })], last)).toHaveLength(1);
});
