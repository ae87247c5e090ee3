import fc from "fast-check";
import { expect, test } from "vitest";
import { createFifo } from "./fifo.ts";

test("a queue behaves as a plain array does", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("push" as const), count: fc.integer({ min: 1, max: 3000 }) }),
    fc.record({ kind: fc.constant("shift" as const), count: fc.integer({ min: 1, max: 3000 }) }),
    fc.record({ kind: fc.constant("filter" as const), count: fc.integer({ min: 2, max: 5 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const queue = createFifo<number>();
      let model: number[] = [];
      let next = 0;
      for (const { kind, count } of steps) {
        if (kind === "filter") {
          queue.filter((item) => item % count !== 0);
          model = model.filter((item) => item % count !== 0);
        }
        for (let index = 0; kind === "push" && index < count; index += 1) {
          queue.push(next);
          model.push(next);
          next += 1;
        }
        if (kind === "shift") {
          const taken = Array.from({ length: count }, () => queue.shift());
          const expected = model.splice(0, count);
          expect(taken.slice(0, expected.length)).toEqual(expected);
          expect(taken.slice(expected.length).every((item) => item === undefined)).toBe(true);
        }
        expect([queue.size, queue.peek()]).toEqual([model.length, model[0]]);
      }
    }),
    { numRuns: 60 },
  );
});
