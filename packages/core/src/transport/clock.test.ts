import { afterEach, describe, expect, it, vi } from "vitest";
import { idleClock, systemClock } from "./clock.ts";

afterEach(() => vi.restoreAllMocks());

/** Does the last timer that was set keep the process alive? */
function keepsAlive(set: () => () => void): unknown {
  const spy = vi.spyOn(globalThis, "setTimeout");
  const cancel = set();
  const timer: object = Object(spy.mock.results.at(-1)?.value);
  const answer: unknown = Reflect.apply(Reflect.get(timer, "hasRef"), timer, []);
  cancel();
  return answer;
}

describe("the machine's clock", () => {
  it("P20: does not move with the wall clock", () => {
    for (const clock of [systemClock, idleClock]) {
      const before = clock.now();
      vi.spyOn(Date, "now").mockReturnValue(Date.now() - 86_400_000);
      expect(clock.now()).toBeGreaterThanOrEqual(before);
      vi.spyOn(Date, "now").mockReturnValue(Date.now() + 2 * 86_400_000);
      expect(clock.now() - before).toBeLessThan(3_600_000);
    }
  });
});

describe("the idle clock", () => {
  it("keeps no process alive, which the machine's clock does", () => {
    expect(keepsAlive(() => idleClock.setTimer(() => undefined, 60_000))).toBe(false);
    expect(keepsAlive(() => systemClock.setTimer(() => undefined, 60_000))).toBe(true);
  });

  it("calls back, unless the timer was taken back", async () => {
    const called: string[] = [];
    idleClock.setTimer(() => void called.push("taken back"), 0)();
    await new Promise<void>((resolve) => {
      idleClock.setTimer(() => void called.push("kept"), 0);
      systemClock.setTimer(resolve, 1);
    });
    expect(called).toEqual(["kept"]);
  });

  it("works where timers are numbers", () => {
    vi.spyOn(globalThis, "setTimeout").mockImplementation(() => Object(7).valueOf());
    expect(() => idleClock.setTimer(() => undefined, 1)).not.toThrow();
  });
});
