import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import type { Call, Infer } from "../transport/transport.ts";
import { callWith, request, response, serverError, transportError } from "./layers.fixture.ts";
import { retryLayer } from "./retry.ts";

function failing(times: number, error: () => Error): { infer: Infer; calls: Call[] } {
  const calls: Call[] = [];
  const infer: Infer = async (_request, call) => {
    calls.push(call);
    if (calls.length <= times) throw error();
    return response;
  };
  return { infer, calls };
}

function layerWith(clock = createVirtualClock(), random = () => 1, maxRetries = 3) {
  const layer = retryLayer({
    maxRetries,
    initialBackoffMs: 100,
    maxBackoffMs: 30_000,
    clock,
    random,
  });
  return { layer, clock };
}

describe("retryLayer", () => {
  it("waits 100, 200 and 400 ms and numbers the attempts", async () => {
    const { layer, clock } = layerWith();
    const { infer, calls } = failing(3, () => transportError("unknown"));
    const at: number[] = [];
    const answer = layer((sent, call) => {
      at.push(clock.now());
      return infer(sent, call);
    })(request, callWith());
    await clock.advance(700);
    await expect(answer).resolves.toBe(response);
    expect(at).toEqual([0, 100, 300, 700]);
    expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
  });

  it("throws the last error when the retries are spent", async () => {
    const { layer, clock } = layerWith(undefined, undefined, 2);
    const { infer, calls } = failing(9, () => serverError("unavailable"));
    const answer = expect(layer(infer)(request, callWith())).rejects.toMatchObject({
      outcome: "unavailable",
    });
    await clock.advance(10_000);
    await answer;
    expect(calls).toHaveLength(3);
  });

  it("does not repeat what cannot work later", async () => {
    const { layer } = layerWith();
    const { infer, calls } = failing(1, () => serverError("rejected"));
    await expect(layer(infer)(request, callWith())).rejects.toMatchObject({ outcome: "rejected" });
    expect(calls).toHaveLength(1);
  });

  it("repeats a lone record that was answered with 500 but not a batch", async () => {
    const lone = failing(1, () => serverError("internal"));
    const { layer, clock } = layerWith();
    const answer = layer(lone.infer)(request, callWith({ rows: 1 }));
    await clock.advance(100);
    await expect(answer).resolves.toBe(response);

    const batch = failing(1, () => serverError("internal"));
    await expect(layer(batch.infer)(request, callWith({ rows: 8 }))).rejects.toThrow("internal");
    expect(batch.calls).toHaveLength(1);
  });

  it("waits as long as the server asks when that is longer", async () => {
    const { layer, clock } = layerWith();
    const { infer, calls } = failing(1, () => serverError("overloaded", 5000));
    const answer = layer(infer)(request, callWith());
    await clock.advance(4999);
    expect(calls).toHaveLength(1);
    await clock.advance(1);
    await expect(answer).resolves.toBe(response);
  });

  it("throws at once when the wait would outlast the deadline", async () => {
    const { layer, clock } = layerWith();
    const { infer } = failing(1, () => serverError("overloaded", 5000));
    await expect(layer(infer)(request, callWith({ deadline: 5000 }))).rejects.toThrow("overloaded");
    expect(clock.timers).toBe(0);
  });

  it("P8: stops waiting when the caller aborts, with the caller's reason", async () => {
    const { layer, clock } = layerWith();
    const controller = new AbortController();
    const { infer, calls } = failing(9, () => transportError("not-sent"));
    const answer = layer(infer)(request, callWith({ signal: controller.signal }));
    await clock.advance(50);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    expect(calls).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });

  it("repeats a step of a sequence only when it was provably not applied", async () => {
    const step = { ...request, sequence: { id: "s", start: false, end: false } };
    const tries = async (error: Error): Promise<number> => {
      const { layer, clock } = layerWith();
      const { infer, calls } = failing(1, () => error);
      const answer = layer(infer)(step, callWith()).catch(() => undefined);
      await clock.advance(1000);
      await answer;
      return calls.length;
    };
    await expect(tries(transportError("unknown"))).resolves.toBe(1);
    await expect(tries(serverError("internal"))).resolves.toBe(1);
    await expect(tries(serverError("unavailable"))).resolves.toBe(1);
    await expect(tries(transportError("not-sent"))).resolves.toBe(2);
    await expect(tries(serverError("overloaded"))).resolves.toBe(2);
  });

  it("treats a request that is a whole sequence as stateless and keeps its id", async () => {
    const { layer, clock } = layerWith();
    const whole = { ...request, sequence: { id: "s-0-0", start: true, end: true } };
    const ids: unknown[] = [];
    const answer = layer(async (sent) => {
      ids.push(sent.sequence?.id);
      if (ids.length === 1) throw transportError("unknown");
      return response;
    })(whole, callWith());
    await clock.advance(100);
    await expect(answer).resolves.toBe(response);
    expect(ids).toEqual(["s-0-0", "s-0-0"]);
  });
});
