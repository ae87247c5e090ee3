import { describe, expect, it } from "vitest";
import { CircuitOpenError } from "../errors/errors.ts";
import { stack } from "../transport/layer.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { breakerLayer } from "./breaker.ts";
import { createCircuit } from "./circuit.ts";
import { callWith, request, response, serverError, transportError } from "./layers.fixture.ts";
import type { LayerEvent } from "./observe.ts";
import { retryLayer } from "./retry.ts";

function createTested(random = () => 0) {
  const clock = createVirtualClock();
  const events: LayerEvent[] = [];
  const observe = (event: LayerEvent): void => void events.push(event);
  const circuit = createCircuit({
    failureThreshold: 0.5,
    openMs: 5000,
    halfOpenProbes: 3,
    longestProbeMs: 31_000,
    clock,
    random,
    observe,
  });
  const breaker = breakerLayer(circuit, clock);
  const retry = retryLayer({
    maxRetries: 3,
    initialBackoffMs: 100,
    maxBackoffMs: 1000,
    clock,
    random,
    observe,
  });
  const server: { calls: number; error: Error | undefined } = { calls: 0, error: undefined };
  const transport = async (): Promise<typeof response> => {
    server.calls += 1;
    if (server.error !== undefined) throw server.error;
    return response;
  };
  const infer = breaker(transport);
  const fail = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      await infer(request, callWith()).catch(() => undefined);
    }
  };
  return { clock, circuit, events, server, infer, fail, whole: stack(retry, breaker)(transport) };
}

describe("breakerLayer", () => {
  it("sends nothing while the circuit is open, and says so and for how long", async () => {
    const { infer, server, fail } = createTested();
    server.error = transportError("not-sent");
    await fail(5);
    await expect(infer(request, callWith())).rejects.toMatchObject({
      code: "circuit-open",
      retryable: true,
      delivery: "not-sent",
      retryAfterMs: 5000,
      message:
        'model "m": expected a server that answers, found too many failures of late; the next probe may go in 5000 ms',
    });
    expect(server.calls).toBe(5);
  });

  it("counts attempts: the retries of few calls open it, and it ends their retries", async () => {
    const { whole, server, clock, events } = createTested();
    server.error = transportError("not-sent");
    const calls = [1, 2].map(() => whole(request, callWith()).catch((error: unknown) => error));
    await clock.advance(10_000);
    const errors = await Promise.all(calls);
    expect(server.calls).toBe(5);
    expect(errors.every((error) => error instanceof CircuitOpenError)).toBe(true);
    expect(events).toContainEqual({ type: "circuit", from: "closed", to: "open" });
    expect(events.at(-1)).toEqual({ type: "retry-stopped", reason: "circuit-open", attempts: 4 });
  });

  it("never opens over input that the model refuses", async () => {
    const { infer, server, fail, circuit } = createTested();
    server.error = serverError("rejected");
    await fail(100);
    expect(circuit.state).toBe("closed");
    await expect(infer(request, callWith())).rejects.toThrow("rejected");
  });

  it("gives the place of a probe back whose input was refused", async () => {
    const { infer, server, fail, circuit, clock } = createTested();
    server.error = transportError("not-sent");
    await fail(5);
    await clock.advance(5000);
    server.error = serverError("rejected");
    await fail(20);
    expect(server.calls).toBe(25);
    server.error = undefined;
    for (let probe = 0; probe < 3; probe += 1) await infer(request, callWith());
    expect(circuit.state).toBe("closed");
  });

  it("holds attempts back for a moment after an outage, and lets go of those that abort", async () => {
    const { infer, server, fail, circuit, clock } = createTested(() => 0.99);
    server.error = transportError("not-sent");
    await fail(5);
    await clock.advance(5000);
    server.error = undefined;
    for (let probe = 0; probe < 3; probe += 1) await infer(request, callWith());
    expect(circuit.state).toBe("closed");
    const controller = new AbortController();
    const aborted = infer(request, callWith({ signal: controller.signal }));
    const held = infer(request, callWith());
    await clock.advance(1999);
    expect(server.calls).toBe(8);
    controller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    await clock.advance(1);
    await expect(held).resolves.toBe(response);
    expect(clock.timers).toBe(0);
  });
});
