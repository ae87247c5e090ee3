import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { callWith, request, response, serverError, transportError } from "./layers.fixture.ts";
import { createTally, type EndpointCount } from "./tally.ts";

const endpoint = (name: string): EndpointCount => ({
  endpoint: name,
  circuit: "closed",
  openings: 0,
  ready: true,
});

describe("createTally", () => {
  it("counts requests by how they ended, and times them", async () => {
    const clock = createVirtualClock();
    const tally = createTally(clock, []);
    const failures = [undefined, serverError("overloaded"), transportError("unknown"), "abort"];
    const infer = tally.layer(async () => {
      const failure = failures.shift();
      await new Promise<void>((resolve) => clock.setTimer(resolve, 10));
      if (failure !== undefined) throw failure;
      return response;
    });
    for (let request_ = 0; request_ < 4; request_ += 1) {
      const ended = infer(request, callWith()).catch((error: unknown) => error);
      await clock.advance(10);
      await ended;
    }
    const { requests, latencyMs } = tally.counts();
    expect(requests).toEqual({
      started: 4,
      succeeded: 1,
      failed: { overloaded: 1, transport: 1, _OTHER: 1 },
    });
    expect(latencyMs).toMatchObject({ count: 4, mean: 10, max: 10 });
  });

  it("counts attempts, retries, waits, sequences and what befalls endpoints from events", () => {
    const tally = createTally(createVirtualClock(), [endpoint("a"), endpoint("b")]);
    tally.observe({ type: "queued", waitMs: 0 });
    tally.observe({ type: "retry", reason: "throttled", attempt: 2, waitMs: 1, paid: 5 });
    tally.observe({ type: "queued", waitMs: 0 });
    tally.observe({ type: "retry-stopped", reason: "budget", attempts: 2 });
    tally.observe({ type: "deadline-while-waiting", waitingFor: "retry" });
    tally.observe({ type: "circuit", from: "closed", to: "open", endpoint: "a" });
    tally.observe({ type: "health", ready: false, endpoint: "b" });
    tally.observe({ type: "sequence", from: "new", to: "open" });
    tally.observe({ type: "sequence", from: "new", to: "ended" });
    tally.observe({ type: "sequence", from: "open", to: "lost" });
    expect(tally.counts()).toMatchObject({
      attempts: 2,
      retries: { throttled: 1, timeout: 0, failure: 0 },
      retriesStopped: { budget: 1, final: 0 },
      deadlinesWhileWaiting: { retry: 1, place: 0 },
      sequences: { started: 2, ended: 1, lost: 1, left: 0 },
      endpoints: [
        { endpoint: "a", circuit: "open", openings: 1, ready: true },
        { endpoint: "b", circuit: "closed", openings: 0, ready: false },
      ],
    });
  });

  it("counts records by outcome and by what they failed with", () => {
    const tally = createTally(createVirtualClock(), []);
    tally.cancelled(3);
    tally.settled({ outcome: "ok" });
    tally.settled({ outcome: "failed", error: serverError("rejected") });
    tally.settled({ outcome: "fallback", error: transportError("unknown") });
    const before = tally.counts();
    tally.settled({ outcome: "ok" });
    expect(before.records).toEqual({
      taken: 0,
      cancelled: 3,
      ok: 1,
      fallback: { transport: 1 },
      failed: { rejected: 1 },
    });
  });
});
