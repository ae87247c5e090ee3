import { describe, expect, test } from "vitest";
import { createBatchQueue, type BatchQueue } from "./batch-queue.ts";
import type { Entry, Scope } from "./entry.ts";

function entry(
  record: string,
  shapeKey: string,
  bytes = 1,
  scope: Scope = { cancelled: false, patient: false, at: 0 },
): Entry<string, never> {
  return { record, shapeKey, bytes, scope, taker: { done: () => undefined } };
}

function takeAll(queue: BatchQueue<string, never>): string[] {
  const batches: string[] = [];
  while (queue.size > 0) {
    batches.push(
      queue
        .take()
        .map(({ record }) => record)
        .join(""),
    );
  }
  return batches;
}

describe("a batch queue", () => {
  test("keeps shapes apart and takes the one that has waited longest", () => {
    const queue = createBatchQueue<string, never>({ maxRows: 3, maxBytes: 100 });
    for (const [record, key] of ["ax", "by", "cx", "dz", "ey"]) {
      queue.push(entry(record ?? "", key ?? ""));
    }
    expect(takeAll(queue)).toEqual(["ac", "be", "d"]);
  });

  test("keeps a lone record apart from those of a stream", () => {
    const queue = createBatchQueue<string, never>({ maxRows: 3, maxBytes: 100 });
    const scopes = [true, false].map((patient) => ({ cancelled: false, patient, at: 0 }));
    for (const record of "abcd") {
      for (const scope of scopes)
        queue.push(entry(`${record}${scope.patient ? 1 : 2}`, "x", 1, scope));
    }
    expect(takeAll(queue)).toEqual(["a1b1c1", "a2b2c2", "d1", "d2"]);
  });

  test("lets a busy shape starve no other", () => {
    const queue = createBatchQueue<string, never>({ maxRows: 2, maxBytes: 100 });
    for (const record of "abcdef") queue.push(entry(record, "busy"));
    queue.push(entry("x", "rare"));
    queue.push(entry("y", "rare"));
    expect(takeAll(queue)).toEqual(["ab", "xy", "cd", "ef"]);
  });

  test("takes a full shape before one that has waited longer", () => {
    const queue = createBatchQueue<string, never>({ maxRows: 2, maxBytes: 100 });
    for (const [record, key] of ["ax", "by", "cy"]) queue.push(entry(record ?? "", key ?? ""));
    expect(queue.full).toBe(true);
    expect(takeAll(queue)).toEqual(["bc", "a"]);
    expect(queue.full).toBe(false);
  });

  test("closes a batch before it outgrows its bytes, but never sends none", () => {
    const queue = createBatchQueue<string, never>({ maxRows: 9, maxBytes: 10 });
    for (const [record, bytes] of [
      ["a", 6],
      ["b", 4],
      ["c", 1],
      ["d", 50],
      ["e", 1],
    ] as const) {
      queue.push(entry(record, "", bytes));
    }
    expect(takeAll(queue)).toEqual(["ab", "c", "d", "e"]);
    expect(queue.take()).toEqual([]);
  });

  test("forgets what was cancelled, and its bytes with it", () => {
    const queue = createBatchQueue<string, never>({ maxRows: 9, maxBytes: 10 });
    const scope = { cancelled: false, patient: false, at: 0 };
    queue.push(entry("a", "x", 9, scope));
    queue.push(entry("b", "x", 1));
    queue.push(entry("c", "y", 1, scope));
    expect(queue.full).toBe(true);
    scope.cancelled = true;
    queue.purge();
    expect([queue.size, queue.full]).toEqual([1, false]);
    expect(takeAll(queue)).toEqual(["b"]);
  });
});
