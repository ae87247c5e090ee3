import fc from "fast-check";
import { expect, test } from "vitest";
import { createAbortWatch, type Abortable } from "./abort-watch.ts";

interface Counted extends Abortable {
  readonly signal: AbortSignal;
  told: number;
}

test("an abort is told to all that wait for that signal, once, and to nobody else", () => {
  const step = fc.record({
    kind: fc.constantFrom("add", "add", "remove", "abort"),
    which: fc.nat({ max: 30 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const watch = createAbortWatch();
      const controllers = Array.from({ length: 3 }, () => new AbortController());
      const live: Counted[] = [];
      const all: Counted[] = [];
      for (const { kind, which } of steps) {
        const controller = controllers[which % 3] ?? new AbortController();
        if (kind === "add" && !controller.signal.aborted) {
          const item: Counted = {
            at: 0,
            told: 0,
            signal: controller.signal,
            onAbort: () => void (item.told += 1),
          };
          watch.add(controller.signal, item);
          live.push(item);
          all.push(item);
        }
        if (kind === "remove" && live.length > 0) {
          for (const item of live.splice(which % live.length, 1)) watch.remove(item.signal, item);
        }
        if (kind === "abort") {
          const waiting = live.filter(({ signal }) => signal === controller.signal);
          const before = all.map(({ told }) => told);
          controller.abort();
          for (const [index, item] of all.entries()) {
            expect(item.told - (before[index] ?? 0)).toBe(waiting.includes(item) ? 1 : 0);
          }
          for (const item of waiting) {
            live.splice(live.indexOf(item), 1);
            // As an exchange does that ends by its abort.
            watch.remove(item.signal, item);
          }
        }
      }
    }),
  );
});
