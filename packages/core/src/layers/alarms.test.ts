import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createAlarms, type Alarm } from "./alarms.ts";

const alarmAt = (atMs: number, ring: () => void): Alarm => ({ atMs, ring, at: 0 });

describe("alarms", () => {
  it("ring at their times, in whatever order they were set, over one timer", async () => {
    const clock = createVirtualClock();
    const alarms = createAlarms(clock);
    const rung: string[] = [];
    for (const atMs of [300, 100, 200, 100]) {
      alarms.set(alarmAt(atMs, () => rung.push(`${atMs} at ${clock.now()}`)));
    }
    expect(clock.timers).toBe(1);
    await clock.advance(1000);
    expect(rung.toSorted()).toEqual(["100 at 100", "100 at 100", "200 at 200", "300 at 300"]);
    expect(clock.timers).toBe(0);
  });

  it("ring no more once they are taken back, not even by one that rings with them", async () => {
    const clock = createVirtualClock();
    const alarms = createAlarms(clock);
    const rung: string[] = [];
    const early = alarmAt(50, () => rung.push("early"));
    const both = [100, 100].map((atMs) =>
      alarmAt(atMs, () => {
        rung.push("one of two");
        for (const alarm of both) alarms.cancel(alarm);
      }),
    );
    for (const alarm of [early, ...both]) alarms.set(alarm);
    alarms.cancel(early);
    await clock.advance(1000);
    expect(rung).toEqual(["one of two"]);
    expect(clock.timers).toBe(0);
  });

  it("leave no timer behind when none is left, and are late by nothing after that", async () => {
    const clock = createVirtualClock();
    const alarms = createAlarms(clock);
    const none = alarmAt(100, () => undefined);
    alarms.set(none);
    alarms.cancel(none);
    expect(clock.timers).toBe(0);
    const rung: number[] = [];
    alarms.set(alarmAt(400, () => rung.push(clock.now())));
    await clock.advance(400);
    expect(rung).toEqual([400]);
  });

  it("let in first what has arrived while the process stood still, and take it back in time", async () => {
    const clock = createVirtualClock();
    const alarms = createAlarms(clock);
    const rung: string[] = [];
    const [answered, late] = ["answered", "late"].map((name) =>
      alarmAt(100, () => rung.push(name)),
    );
    if (answered === undefined || late === undefined) return;
    alarms.set(answered);
    alarms.set(late);
    await clock.stall(2000);
    expect(rung).toEqual([]);
    alarms.cancel(answered);
    await clock.advance(0);
    expect(rung).toEqual(["late"]);
    expect(clock.timers).toBe(0);
  });
});
