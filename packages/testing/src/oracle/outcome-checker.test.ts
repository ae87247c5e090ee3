import { expect, it } from "vitest";
import { createOutcomeChecker, type OutcomeReport } from "./outcome-checker.ts";

interface Answer {
  readonly of: number;
  readonly value: number;
}

const check = (
  sent: readonly number[],
  outcomes: readonly Answer[],
  ordered = true,
): OutcomeReport<number> => {
  const checker = createOutcomeChecker<number, Answer, number>({
    keyOf: (record) => record,
    keyOfOutcome: ({ of }) => of,
    matches: (record, { value }) => value === record * 2,
    ordered,
    maxListed: 2,
  });
  for (const record of sent) checker.sent(record);
  for (const outcome of outcomes) checker.outcome(outcome);
  return checker.report();
};
const right = (of: number): Answer => ({ of, value: of * 2 });
const offending = (report: OutcomeReport<number>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(report).filter(([, list]) => typeof list === "object" && list.count > 0),
  );

it("finds nothing where each record has its one outcome in order", () => {
  const report = check([3, 1, 2], [3, 1, 2].map(right));
  expect(offending(report)).toEqual({});
  expect(report).toMatchObject({ sent: 3, outcomes: 3, isExact: true });
});

it.each<[string, readonly number[], readonly Answer[], Readonly<Record<string, unknown>>]>([
  ["lost", [1, 2], [right(1)], { lost: { count: 1, keys: [2] } }],
  ["doubled", [1], [right(1), right(1)], { doubled: { count: 1, keys: [1] } }],
  ["reordered", [1, 2], [right(2), right(1)], { reordered: { count: 1, keys: [1] } }],
  ["mismatched", [1], [{ of: 1, value: 4 }], { mismatched: { count: 1, keys: [1] } }],
  ["unexpected", [1], [right(1), right(9)], { unexpected: { count: 1, keys: [9] } }],
  ["sent twice", [1, 1], [right(1)], { unexpected: { count: 1, keys: [1] } }],
])("tells what is %s", (_what, sent, outcomes, found) => {
  const report = check(sent, outcomes);
  expect(offending(report)).toEqual(found);
  expect(report.isExact).toBe(false);
});

it("tells two answers that were swapped", () => {
  const swapped = [
    { of: 1, value: 4 },
    { of: 2, value: 2 },
  ];
  expect(offending(check([1, 2], swapped))).toEqual({ mismatched: { count: 2, keys: [1, 2] } });
});

it("minds no order where none is asked for", () => {
  expect(check([1, 2], [right(2), right(1)], false).isExact).toBe(true);
});

it("counts on when its lists are full", () => {
  expect(check([1, 2, 3], []).lost).toEqual({ count: 3, keys: [1, 2] });
});
