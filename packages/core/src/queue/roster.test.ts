import fc from "fast-check";
import { expect, test } from "vitest";
import { createRoster, type Listed } from "./roster.ts";

test("a roster holds what was added and not removed, each once", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 60 }), (picks) => {
      const roster = createRoster<Listed>();
      const items = Array.from({ length: 10 }, () => ({ at: 0 }));
      const model = new Set<Listed>();
      for (const item of picks.flatMap((pick) => items.slice(pick, pick + 1))) {
        const wasIn = model.delete(item);
        expect(roster.remove(item)).toBe(wasIn);
        if (!wasIn) {
          model.add(item);
          roster.add(item);
        }
        expect(new Set(roster.all)).toEqual(model);
        expect(roster.all).toHaveLength(model.size);
        expect(roster.all.every(({ at }, index) => at === index)).toBe(true);
      }
    }),
  );
});
