import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { breakerLayer } from "./breaker.ts";
import { createCircuit } from "./circuit.ts";
import { deadlineLayer } from "./deadline.ts";
import { callWith, request } from "./layers.fixture.ts";
import { watchStalls } from "./stall-watch.ts";

function createWatched() {
  const clock = createVirtualClock();
  const watch = watchStalls(clock);
  const circuit = createCircuit({
    failureThreshold: 0.5,
    openMs: 5000,
    halfOpenProbes: 1,
    longestProbeMs: 2000,
    clock,
    random: () => 0,
    stalls: watch,
  });
  const deadline = deadlineLayer({ timeoutMs: 1000, bound: "attempt", clock: watch.clock });
  // A server that says nothing.
  const infer = breakerLayer(circuit, clock)(deadline(() => new Promise(() => undefined)));
  const start = (times: number): void => {
    for (let time = 0; time < times; time += 1) infer(request, callWith()).catch(() => undefined);
  };
  return { clock, watch, circuit, start };
}

describe("watchStalls", () => {
  it("takes a timer that comes more than half a second late for the end of a stall", async () => {
    const { clock, watch } = createWatched();
    watch.clock.setTimer(() => undefined, 100);
    await clock.stall(600);
    expect(watch.lastAt).toBe(Number.NEGATIVE_INFINITY);
    watch.clock.setTimer(() => undefined, 100);
    await clock.stall(601);
    expect(watch.lastAt).toBe(1201);
    watch.clock.setTimer(() => undefined, 100)();
    expect(clock.timers).toBe(0);
  });
});

describe("a circuit of a process that stood still", () => {
  it("P20: does not open for what ran out of time meanwhile, nor for what failed before", async () => {
    const { clock, circuit, start } = createWatched();
    start(9);
    await clock.advance(1000);
    start(20);
    await clock.stall(5000);
    await clock.advance(1);
    expect(circuit.state).toBe("closed");
    start(9);
    await clock.advance(1000);
    expect(circuit.state).toBe("closed");
    start(1);
    await clock.advance(1000);
    expect(circuit.state).toBe("open");
  });

  it("gives the slot of a probe back, and goes on where it was", async () => {
    const { clock, circuit, start } = createWatched();
    start(10);
    await clock.advance(1000);
    await clock.advance(5000);
    expect(circuit.state).toBe("half-open");
    start(1);
    await clock.stall(10_000);
    await clock.advance(0);
    expect(circuit.state).toBe("half-open");
    const probe = circuit.enter();
    if (probe.kind === "permit") probe.permit.settle("success");
    expect(circuit.state).toBe("closed");
  });
});
