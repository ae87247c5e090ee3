import fc from "fast-check";
import { expect, test } from "vitest";
import { createAbortWatch, type Abortable, type AbortSource } from "./abort-watch.ts";

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
          watch.add(controller, item);
          live.push(item);
          all.push(item);
        }
        if (kind === "remove" && live.length > 0) {
          for (const item of live.splice(which % live.length, 1)) watch.remove(item, item);
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
            watch.remove(item, item);
          }
        }
      }
    }),
  );
});

/** What a model's call can be aborted by. */
function createStop(): NonNullable<AbortSource["stop"]> {
  const controller = new AbortController();
  const stop: NonNullable<AbortSource["stop"]> = {
    signal: controller.signal,
    onAbort: undefined,
    onExchangeAbort: undefined,
    abort(reason) {
      controller.abort(reason);
      stop.onExchangeAbort?.();
    },
  };
  return stop;
}

test("an abort of a model's call is told by its stop, and to a second exchange by its signal", () => {
  const watch = createAbortWatch();
  const stop = createStop();
  const source = { signal: stop.signal, stop };
  const told: string[] = [];
  const [first, second, gone] = ["first", "second", "gone"].map((name) => ({
    at: 0,
    onAbort: () => void told.push(name),
  })) as [Abortable, Abortable, Abortable];
  watch.add(source, gone);
  watch.remove(source, gone);
  watch.add(source, first);
  watch.add(source, second);
  stop.abort(new Error("enough"));
  expect(told.toSorted()).toEqual(["first", "second"]);
  watch.remove(source, first);
  expect(stop.onExchangeAbort).toBeUndefined();
});

test("a stop of another signal is not listened to", () => {
  const watch = createAbortWatch();
  const stop = createStop();
  const { signal } = new AbortController();
  watch.add({ signal, stop }, { at: 0, onAbort: () => undefined });
  expect(stop.onExchangeAbort).toBeUndefined();
});
