import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { callWith, request, response } from "./layers.fixture.ts";
import { attemptLayer, shielded, type LayerEvent } from "./observe.ts";

describe("attemptLayer", () => {
  it("tells the number, the records, the time and the failure of each exchange", async () => {
    const clock = createVirtualClock();
    const events: LayerEvent[] = [];
    const failure = new Error("cut");
    const infer = attemptLayer(clock, (event) => events.push(event))(async (_request, call) => {
      await new Promise<void>((resolve) => clock.setTimer(resolve, 30));
      if (call.attempt === 1) throw failure;
      return response;
    });
    const first = expect(infer(request, callWith({ rows: 8 }))).rejects.toBe(failure);
    await clock.advance(30);
    await first;
    const second = infer(request, callWith({ attempt: 2 }));
    await clock.advance(30);
    await expect(second).resolves.toBe(response);
    expect(events).toEqual([
      { type: "attempt", attempt: 1, rows: 8, durationMs: 30, error: failure },
      { type: "attempt", attempt: 2, rows: 1, durationMs: 30 },
    ]);
  });
});

describe("shielded", () => {
  it("keeps an observer that throws away from what it observes", () => {
    const observe = shielded(() => {
      throw new Error("full disk");
    });
    expect(() => observe({ type: "queued", waitMs: 1 })).not.toThrow();
  });
});
