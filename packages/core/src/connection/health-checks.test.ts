import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { startHealthChecks } from "./health-checks.ts";

type Answer = boolean | "nothing" | "failure";

function createWatched(intervalMs = 30_000, chance = 0.5) {
  const clock = createVirtualClock();
  const delays: number[] = [];
  const changes: boolean[] = [];
  const checkedAt: number[] = [];
  const server: { answer: Answer } = { answer: true };
  const signals: AbortSignal[] = [];
  const stop = startHealthChecks({
    targets: ["a"],
    check: async (_, signal) => {
      checkedAt.push(clock.now());
      signals.push(signal);
      if (server.answer === "nothing") return new Promise<boolean>(() => undefined);
      if (server.answer === "failure") throw new Error("refused");
      return server.answer;
    },
    onChange: (_, ready) => void changes.push(ready),
    intervalMs,
    clock: {
      now: clock.now,
      setTimer(callback, delayMs) {
        delays.push(delayMs);
        return clock.setTimer(callback, delayMs);
      },
    },
    random: () => chance,
  });
  return { clock, delays, changes, checkedAt, server, signals, stop };
}

describe("startHealthChecks", () => {
  it("asks at once and then in the interval, and tells nothing as long as nothing changes", async () => {
    const { clock, changes, checkedAt, stop } = createWatched();
    await clock.advance(60_000);
    expect(checkedAt).toEqual([0, 30_000, 60_000]);
    expect(changes).toEqual([]);
    stop();
  });

  it("P16: believes a no at once, asks each second, and believes a yes at once", async () => {
    const { clock, changes, checkedAt, server, stop } = createWatched();
    server.answer = false;
    await clock.advance(32_500);
    expect(changes).toEqual([false]);
    server.answer = true;
    await clock.advance(500);
    expect(changes).toEqual([false, true]);
    expect(checkedAt.slice(-4)).toEqual([30_000, 31_000, 32_000, 33_000]);
    await clock.advance(29_999);
    expect(checkedAt).toHaveLength(5);
    stop();
  });

  it.each(["failure", "nothing"] as const)(
    "takes three checks that end in %s for a no, and two for an accident",
    async (answer) => {
      const { clock, changes, checkedAt, server, stop } = createWatched();
      await clock.advance(1);
      const checksOf = async (count: number): Promise<void> => {
        const enough = checkedAt.length + count;
        while (checkedAt.length < enough) await clock.advance(100);
        await clock.advance(answer === "nothing" ? 2000 : 0);
      };
      server.answer = answer;
      await checksOf(2);
      server.answer = true;
      await checksOf(1);
      expect(changes).toEqual([]);
      server.answer = answer;
      await checksOf(3);
      expect(changes).toEqual([false]);
      stop();
    },
  );

  it("gives a check up after 2 s", async () => {
    const { clock, server, signals, stop } = createWatched();
    server.answer = "nothing";
    await clock.advance(31_999);
    expect(signals[1]?.aborted).toBe(false);
    await clock.advance(1);
    expect(signals[1]?.reason).toMatchObject({ code: "deadline" });
    stop();
  });

  it("asks no less often than the interval says while something is wrong", async () => {
    const { clock, checkedAt, server, stop } = createWatched(200);
    server.answer = false;
    await clock.advance(1000);
    expect(checkedAt).toHaveLength(6);
    stop();
  });

  it("leaves nothing behind when it ends, not even a check under way", async () => {
    const { clock, changes, server, signals, stop } = createWatched();
    server.answer = "nothing";
    await clock.advance(30_000);
    stop();
    expect(signals[1]?.aborted).toBe(true);
    expect(clock.timers).toBe(0);
    await clock.advance(100_000);
    expect(clock.timers).toBe(0);
    expect(changes).toEqual([]);
    expect(signals).toHaveLength(2);
  });

  it.each([
    [0, 27_000],
    [0.5, 30_000],
    [1, 33_000],
  ])("spreads intervals by a tenth: chance %d makes %d ms of 30 s", async (chance, delayMs) => {
    const { clock, delays, stop } = createWatched(30_000, chance);
    await clock.advance(0);
    expect(delays).toEqual([2000, delayMs]);
    stop();
  });

  it("waits no longer than a timer can for the longest interval", async () => {
    const { clock, delays, stop } = createWatched(24 * 86_400_000, 1);
    await clock.advance(0);
    expect(delays).toEqual([2000, 2 ** 31 - 1]);
    stop();
  });
});
