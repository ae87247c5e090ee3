import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import type { CircuitSignal } from "./circuit-signal.ts";
import { createCircuit, type Circuit, type CircuitOptions } from "./circuit.ts";

function createTested(changes: Partial<CircuitOptions> = {}) {
  const clock = createVirtualClock();
  const circuit = createCircuit({
    failureThreshold: 0.5,
    openMs: 5000,
    halfOpenProbes: 3,
    longestProbeMs: 31_000,
    clock,
    random: () => 0,
    ...changes,
  });
  return { circuit, clock };
}

function attempt(circuit: Circuit, signal: CircuitSignal, times = 1): void {
  for (let time = 0; time < times; time += 1) {
    const entry = circuit.enter();
    if (entry.kind !== "permit") throw new Error(`attempt ${time}: ${entry.kind}`);
    entry.permit.settle(signal);
  }
}

/** How long the circuit is open from now on. */
async function openTime(
  circuit: Circuit,
  clock: ReturnType<typeof createVirtualClock>,
): Promise<number> {
  expect(circuit.state).toBe("open");
  const from = clock.now();
  while (circuit.state === "open") await clock.advance(100);
  return clock.now() - from;
}

describe("createCircuit", () => {
  it("opens when half of at least ten results of the last ten seconds are failures", async () => {
    const { circuit, clock } = createTested();
    attempt(circuit, "failure", 9);
    expect(circuit.state).toBe("closed");
    await clock.advance(10_000);
    attempt(circuit, "success", 5);
    attempt(circuit, "failure", 4);
    expect(circuit.state).toBe("closed");
    attempt(circuit, "failure");
    expect(circuit.state).toBe("open");
  });

  it("opens after five failures in a row to reach the server, however few results there are", () => {
    const { circuit } = createTested();
    attempt(circuit, "unreachable", 4);
    attempt(circuit, "success");
    attempt(circuit, "unreachable", 4);
    expect(circuit.state).toBe("closed");
    attempt(circuit, "unreachable");
    expect(circuit.state).toBe("open");
  });

  it("tells those it refuses how long it stays open", async () => {
    const { circuit, clock } = createTested();
    attempt(circuit, "unreachable", 5);
    await clock.advance(1200);
    expect(circuit.enter()).toEqual({ kind: "refusal", retryAfterMs: 3800 });
  });

  it("sends one probe, then the others, and closes when all of them succeeded", async () => {
    const { circuit, clock } = createTested();
    attempt(circuit, "unreachable", 5);
    await clock.advance(5000);
    const first = circuit.enter();
    expect(circuit.enter().kind).toBe("refusal");
    if (first.kind === "permit") first.permit.settle("success");
    const [second, third] = [circuit.enter(), circuit.enter()];
    expect(circuit.enter().kind).toBe("refusal");
    if (second.kind === "permit") second.permit.settle("success");
    expect(circuit.state).toBe("half-open");
    if (third.kind === "permit") third.permit.settle("success");
    expect(circuit.state).toBe("closed");
  });

  it("stays open twice as long each time, up to a minute, and forgives in healthy times", async () => {
    const { circuit, clock } = createTested();
    attempt(circuit, "unreachable", 5);
    for (const openMs of [5000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      await expect(openTime(circuit, clock)).resolves.toBe(openMs);
      attempt(circuit, "failure");
    }
    await openTime(circuit, clock);
    attempt(circuit, "success", 3);
    await clock.advance(29_999);
    attempt(circuit, "unreachable", 5);
    await expect(openTime(circuit, clock)).resolves.toBe(20_000);
  });

  it("comes back up to a fifth sooner, not in step with others", async () => {
    const { circuit, clock } = createTested({ random: () => 0.5 });
    attempt(circuit, "unreachable", 5);
    await expect(openTime(circuit, clock)).resolves.toBe(4500);
  });

  it("gives up probes that never come back, and lets the next ones try", async () => {
    const { circuit, clock } = createTested();
    attempt(circuit, "unreachable", 5);
    await clock.advance(5000);
    const lost = circuit.enter();
    await clock.advance(31_000);
    expect(circuit.state).toBe("open");
    await clock.advance(10_000);
    attempt(circuit, "success", 2);
    if (lost.kind === "permit") lost.permit.settle("failure");
    expect(circuit.state).toBe("half-open");
    attempt(circuit, "success");
    expect(circuit.state).toBe("closed");
  });

  it("waits for slow traffic in the half-open state as long as it takes", async () => {
    const { circuit, clock } = createTested();
    attempt(circuit, "unreachable", 5);
    for (let probe = 0; probe < 3; probe += 1) {
      await clock.advance(3_600_000);
      attempt(circuit, "success");
    }
    expect(circuit.state).toBe("closed");
  });

  it("P16: lets a quarter and then half of the attempts pass after an outage", async () => {
    const draws = Array.from({ length: 100 }, (_, index) => index / 100);
    let draw = 0;
    const { circuit, clock } = createTested({ random: () => draws[draw++ % 100] ?? 0 });
    attempt(circuit, "unreachable", 5);
    await clock.advance(5000);
    attempt(circuit, "success", 3);
    const shares: number[] = [];
    for (let stage = 0; stage < 3; stage += 1) {
      await clock.advance(stage === 0 ? 400 : 1000);
      draw = 0;
      const entries = Array.from({ length: 100 }, () => circuit.enter());
      shares.push(entries.filter(({ kind }) => kind === "permit").length);
      for (const entry of entries) {
        if (entry.kind === "wait") expect(entry.waitMs).toBe(600);
      }
    }
    expect(shares).toEqual([25, 50, 100]);
  });
});
