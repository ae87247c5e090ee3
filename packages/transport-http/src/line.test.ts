import fc from "fast-check";
import { expect, test } from "vitest";
import { createLine, type InLine } from "./line.ts";

test("a line is served in the order of its arrivals, without those that left", () => {
  const step = fc.record({
    kind: fc.constantFrom("push", "push", "shift", "leave", "leave"),
    which: fc.nat({ max: 50 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const line = createLine<InLine>();
      const model: InLine[] = [];
      for (const { kind, which } of steps) {
        if (kind === "push") {
          const item = { hasLeft: false };
          line.push(item);
          model.push(item);
        }
        if (kind === "shift") expect(line.shift()).toBe(model.shift());
        if (kind === "leave" && model.length > 0) {
          for (const item of model.splice(which % model.length, 1)) line.leave(item);
        }
        expect(line.size).toBe(model.length);
      }
    }),
  );
});
