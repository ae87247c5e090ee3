import { describe, expect, test } from "vitest";
import {
  createRunId,
  createSequencePositions,
  type SequenceIdOptions,
} from "./sequence-positions.ts";

const options: SequenceIdOptions = {
  id: "job",
  autoIncrement: true,
  scope: "restart",
  start: true,
  end: false,
  subtaskIndex: 3,
};

function idsOf(changes: Partial<SequenceIdOptions>, records: readonly unknown[]): unknown[] {
  const position = createSequencePositions({ ...options, ...changes }, "0a1b");
  return records.map((record) => position(record).id);
}

describe("sequence ids", () => {
  test("are base, subtask and a counter from 0", () => {
    expect(idsOf({}, [{}, {}, {}])).toEqual(["job-3-0", "job-3-1", "job-3-2"]);
  });

  test("have the run's part behind the base in run scope", () => {
    expect(idsOf({ scope: "run" }, [{}, {}])).toEqual(["job-0a1b-3-0", "job-0a1b-3-1"]);
  });

  test("stay as they are without auto-increment", () => {
    expect(idsOf({ autoIncrement: false }, [{}, {}])).toEqual(["job", "job"]);
  });

  test("take fields of the record", () => {
    const records = [
      { user: "a", n: 1 },
      { user: "${n}", n: 2n },
    ];
    expect(idsOf({ id: "u-${user}/${n}", autoIncrement: false }, records)).toEqual([
      "u-a/1",
      "u-${n}/2",
    ]);
  });

  test.each([
    [{}, "undefined"],
    [{ user: null }, "null"],
    [{ user: { a: 1 } }, "object"],
    [Object.create({ user: "inherited" }), "undefined"],
    [null, "undefined"],
  ])("refuse a record whose field cannot be text (%#)", (record, found) => {
    const position = createSequencePositions({ ...options, id: "${user}" }, "");
    expect(() => position(record)).toThrow(
      `sequence-id: expected field "user" of the record to be text or a number, found ${found}`,
    );
    expect(position({ user: "a" }).id).toBe("a-3-0");
  });

  test.each([
    ["é".repeat(64), undefined],
    ["é".repeat(64) + "x", "sequence-id: expected 1 to 128 bytes, found 129"],
    ["", "sequence-id: expected 1 to 128 bytes, found 0"],
  ])("hold 1 to 128 bytes (%#)", (user, problem) => {
    const position = createSequencePositions(
      { ...options, id: "${user}", autoIncrement: false },
      "",
    );
    if (problem === undefined) expect(position({ user }).id).toBe(user);
    else expect(() => position({ user })).toThrow(problem);
  });

  test("carry start and end as configured", () => {
    const position = createSequencePositions(options, "");
    expect(position({})).toEqual({ id: "job-3-0", start: true, end: false });
  });

  test("get 16 hexadecimal digits for a run", () => {
    expect(createRunId((target) => target.set([0, 1, 255]))).toBe("0001ff0000000000");
  });
});
