import { describe, expect, it } from "vitest";
import { createStop } from "../transport/stop.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { deadlineLayer } from "./deadline.ts";
import { callWith, request, response } from "./layers.fixture.ts";

const never = (): Promise<never> => new Promise(() => undefined);

describe("deadlineLayer", () => {
  it("P6: ends a call that nobody below ends", async () => {
    const clock = createVirtualClock();
    const answer = deadlineLayer({ timeoutMs: 500, bound: "call", clock })(never)(
      request,
      callWith(),
    );
    const outcome = expect(answer).rejects.toMatchObject({
      code: "deadline",
      delivery: "unknown",
      retryable: false,
      message: 'model "m": expected an answer within 500 ms over all attempts, found none',
    });
    await clock.advance(500);
    await outcome;
  });

  it("lets an answer win that came while the process stood still", async () => {
    const clock = createVirtualClock();
    let arrive = (): void => undefined;
    const infer = deadlineLayer({ timeoutMs: 500, bound: "call", clock })(
      () => new Promise((resolve) => (arrive = () => resolve(response))),
    );
    const answer = infer(request, callWith());
    await clock.stall(2000);
    arrive();
    await clock.advance(0);
    await expect(answer).resolves.toBe(response);

    const unanswered = expect(infer(request, callWith())).rejects.toThrow("within 500 ms");
    await clock.stall(2000);
    await clock.advance(0);
    await unanswered;
    expect(clock.timers).toBe(0);
  });

  it("lets an exchange that ran out of time be repeated", async () => {
    const clock = createVirtualClock();
    const answer = deadlineLayer({ timeoutMs: 5, bound: "attempt", clock })(never)(
      request,
      callWith(),
    );
    const outcome = expect(answer).rejects.toMatchObject({ bound: "attempt", retryable: true });
    await clock.advance(5);
    await outcome;
  });

  it("aborts the signal below with the deadline error", async () => {
    const clock = createVirtualClock();
    let seen: AbortSignal | undefined;
    const answer = deadlineLayer({ timeoutMs: 500, bound: "call", clock })((_request, call) => {
      seen = call.signal;
      return never();
    })(request, callWith());
    const outcome = expect(answer).rejects.toThrow("expected an answer");
    await clock.advance(500);
    await outcome;
    expect(seen?.reason).toMatchObject({ code: "deadline" });
  });

  it("keeps an earlier deadline that the call brings", async () => {
    const clock = createVirtualClock();
    let deadline: number | undefined;
    const answer = deadlineLayer({ timeoutMs: 500, bound: "call", clock })((_request, call) => {
      deadline = call.deadline;
      return never();
    })(request, callWith({ deadline: 20 }));
    const outcome = expect(answer).rejects.toMatchObject({ code: "deadline" });
    await clock.advance(20);
    await outcome;
    expect(deadline).toBe(20);
  });

  it("rethrows the caller's abort as it is", async () => {
    const clock = createVirtualClock();
    const controller = new AbortController();
    const answer = deadlineLayer({ timeoutMs: 500, bound: "call", clock })(never)(
      request,
      callWith({ signal: controller.signal }),
    );
    const reason = new Error("mine");
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    expect(clock.timers).toBe(0);
  });

  it("ends a call with the call's own stop, and hears of it through that", async () => {
    const clock = createVirtualClock();
    const seen: AbortSignal[] = [];
    const infer = deadlineLayer({ timeoutMs: 500, bound: "call", clock })((_request, call) => {
      seen.push(call.signal);
      return never();
    });
    const late = createStop();
    const isLate = expect(
      infer(request, callWith({ signal: late.signal, stop: late, deadline: 20 })),
    ).rejects.toMatchObject({ code: "deadline" });
    await clock.advance(20);
    await isLate;
    expect(late.signal.reason).toMatchObject({ code: "deadline" });

    const ended = createStop();
    const reason = new Error("mine");
    const isEnded = expect(
      infer(request, callWith({ signal: ended.signal, stop: ended, deadline: 40 })),
    ).rejects.toBe(reason);
    ended.abort(reason);
    await isEnded;
    expect(clock.timers).toBe(0);
    expect(seen).toEqual([late.signal, ended.signal]);
    expect([late.onAbort, ended.onAbort]).toEqual([undefined, undefined]);
  });

  it.each([
    { what: "one attempt", bound: "attempt", deadline: 20, taken: false, foreign: false },
    { what: "less than the call", bound: "call", deadline: 900, taken: false, foreign: false },
    { what: "what another one bounds", bound: "call", deadline: 20, taken: true, foreign: false },
    { what: "another signal", bound: "call", deadline: 20, taken: false, foreign: true },
  ] as const)("leaves the call's stop alone that bounds $what", async (one) => {
    const clock = createVirtualClock();
    const stop = createStop();
    if (one.taken) stop.onAbort = () => undefined;
    const signal = one.foreign ? new AbortController().signal : stop.signal;
    let seen: AbortSignal | undefined;
    const outcome = expect(
      deadlineLayer({ timeoutMs: 500, bound: one.bound, clock })((_request, call) => {
        seen = call.signal;
        return never();
      })(request, callWith({ signal, stop, deadline: one.deadline })),
    ).rejects.toMatchObject({ code: "deadline" });
    await clock.advance(500);
    await outcome;
    expect(seen?.aborted).toBe(true);
    expect(stop.signal.aborted).toBe(false);
  });

  it("leaves no timer behind after an answer", async () => {
    const clock = createVirtualClock();
    const layer = deadlineLayer({ timeoutMs: 500, bound: "call", clock });
    await expect(layer(async () => response)(request, callWith())).resolves.toBe(response);
    expect(clock.timers).toBe(0);
  });
});
