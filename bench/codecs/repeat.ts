import type { Work } from "../measure/compare-work.ts";

/**
 * A synchronous piece of work, so many times a run. What it returns is added up, so that nothing is
 * optimised away.
 *
 * @param expected - what it returns each time. Default: what the first time returned
 * @throws when it returns something else, or nothing
 */
export function repeat(
  times: number,
  once: () => number | undefined,
  expected: number = once() ?? Number.NaN,
): Work {
  return {
    rows: times,
    run() {
      let sum = 0;
      for (let index = 0; index < times; index += 1) sum += once() ?? Number.NaN;
      if (sum !== times * expected) throw new Error(`expected ${times * expected}, found ${sum}`);
    },
  };
}
