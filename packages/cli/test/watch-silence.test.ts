import { expect, it } from "vitest";
import { watchSilence } from "../src/predict/watch-silence.ts";

/** A watch whose timer rings when the test says so. */
function watch(): {
  readonly facts: { settled: number; inside: number };
  readonly told: number[];
  /** Ten seconds pass. */
  readonly ring: () => void;
  readonly end: () => void;
} {
  const facts = { settled: 0, inside: 0 };
  const told: number[] = [];
  let timer: (() => void) | undefined;
  const watched = watchSilence({
    clock: {
      now: () => 0,
      setTimer: (callback) => {
        timer = callback;
        return () => (timer = undefined);
      },
    },
    settled: () => facts.settled,
    inside: () => facts.inside,
    tell: (seconds) => told.push(seconds),
  });
  return {
    facts,
    told,
    ring: () => {
      for (let second = 0; second < 10; second += 1) timer?.();
    },
    end: () => watched[Symbol.dispose](),
  };
}

it("tells once when rows are under way and none settles", () => {
  const { facts, told, ring } = watch();
  facts.inside = 4;
  ring();
  ring();
  expect(told).toEqual([10]);
});

it("tells again when something has settled in between", () => {
  const { facts, told, ring } = watch();
  facts.inside = 4;
  ring();
  facts.settled = 1;
  ring();
  expect(told).toEqual([10]);
  ring();
  expect(told).toEqual([10, 10]);
});

it("says nothing while rows settle, while there are none, and behind the end", () => {
  const { facts, told, ring, end } = watch();
  ring();
  facts.inside = 1;
  facts.settled = 1;
  ring();
  end();
  ring();
  expect(told).toEqual([]);
});
