import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import type { CircuitSignal } from "./circuit-signal.ts";
import { createCircuit, type Circuit, type CircuitOptions, type Permit } from "./circuit.ts";
import { joinCircuits, joinEvents } from "./joint-circuit.ts";
import type { CircuitState, LayerEvent } from "./observe.ts";
import { createSharedCircuit } from "./shared-circuit.ts";

function createTwo() {
  const clock = createVirtualClock();
  const settings: CircuitOptions = {
    failureThreshold: 0.5,
    openMs: 5000,
    halfOpenProbes: 1,
    longestProbeMs: 31_000,
    clock,
    random: () => 0,
  };
  const endpoint = createSharedCircuit(settings);
  const createOne = () => {
    const events: LayerEvent[] = [];
    const told = joinEvents((event) => events.push(event));
    endpoint.join(told("endpoint"));
    const own = createCircuit({ ...settings, observe: told("model") });
    return { circuit: joinCircuits(own, endpoint.circuit), own, events };
  };
  return { clock, endpoint, createOne, one: createOne(), other: createOne() };
}

function enter(circuit: Circuit): Permit {
  const entry = circuit.enter();
  if (entry.kind !== "permit") throw new Error(`expected a permit, found a ${entry.kind}`);
  return entry.permit;
}

function attempt(circuit: Circuit, signal: CircuitSignal, times: number): void {
  for (let time = 0; time < times; time += 1) enter(circuit).settle(signal);
}

describe("the circuits of two models on one endpoint", () => {
  it.each<[CircuitSignal, CircuitState, CircuitState]>([
    ["success", "closed", "closed"],
    ["unreachable", "open", "open"],
    ["failure", "open", "open"],
    ["raised", "open", "closed"],
    ["faulty", "open", "closed"],
    ["neutral", "closed", "closed"],
  ])("after %s of one: its own is %s, that of the other %s", (signal, own, neighbours) => {
    const { one, other } = createTwo();
    attempt(one.circuit, signal, signal === "unreachable" ? 5 : 10);
    expect([one.circuit.state, other.circuit.state]).toEqual([own, neighbours]);
  });

  it("close again for both when a probe of one of them comes back", async () => {
    const { clock, one, other } = createTwo();
    attempt(one.circuit, "unreachable", 5);
    await clock.advance(5000);
    const probe = enter(other.circuit);
    expect(one.circuit.enter()).toMatchObject({ kind: "refusal" });
    probe.settle("success");
    expect([one.circuit.state, other.circuit.state]).toEqual(["closed", "closed"]);
  });

  it("close for the neighbours also when the model of the probe raises, for its server is there", async () => {
    const { clock, one, other } = createTwo();
    attempt(one.circuit, "failure", 10);
    await clock.advance(5000);
    enter(one.circuit).settle("raised");
    expect(other.circuit.state).toBe("closed");
  });

  it("let a neighbour probe as well when the probe of a slow model takes longer than a second", async () => {
    const { clock, one, other } = createTwo();
    attempt(one.circuit, "failure", 10);
    await clock.advance(5000);
    const slow = enter(one.circuit);
    await clock.advance(999);
    expect(other.circuit.enter()).toMatchObject({ kind: "refusal", retryAfterMs: 1000 });
    await clock.advance(1);
    const second = enter(other.circuit);
    // One more each second, and no crowd.
    expect(other.circuit.enter()).toMatchObject({ kind: "refusal" });
    second.settle("success");
    slow.settle("faulty");
    expect([one.circuit.state, other.circuit.state]).toEqual(["closed", "closed"]);
  });

  it("give back both slots of a probe that says nothing, and touch none where the other refuses", async () => {
    const { clock, one, other, endpoint } = createTwo();
    attempt(one.circuit, "raised", 10);
    attempt(other.circuit, "failure", 10);
    attempt(other.own, "faulty", 10);
    await clock.advance(5000);
    enter(one.circuit).settle("neutral");
    const probe = enter(one.circuit);
    // The slot of the endpoint is taken: that of the other model must come back.
    expect(other.circuit.enter()).toMatchObject({ kind: "refusal" });
    enter(other.own).settle("neutral");
    probe.settle("neutral");
    // And where the model refuses, the endpoint keeps its slot.
    const alone = enter(other.own);
    expect(other.circuit.enter()).toMatchObject({ kind: "refusal" });
    enter(endpoint.circuit).settle("neutral");
    alone.settle("neutral");
    enter(other.circuit).settle("success");
    expect([other.circuit.state, endpoint.circuit.state]).toEqual(["closed", "closed"]);
  });

  it("tell each change of the two together, and whose failures it was for", async () => {
    const { clock, one, other, createOne } = createTwo();
    attempt(one.circuit, "raised", 10);
    attempt(other.circuit, "failure", 10);
    expect(one.events).toEqual([{ type: "circuit", from: "closed", to: "open", of: "model" }]);
    expect(other.events).toEqual([{ type: "circuit", from: "closed", to: "open", of: "endpoint" }]);
    const late = createOne();
    expect(late.events).toEqual(other.events);
    await clock.advance(5000);
    expect([late.circuit.state, one.circuit.state]).toEqual(["half-open", "half-open"]);
    attempt(late.circuit, "success", 1);
    expect(late.events.slice(1)).toEqual([
      { type: "circuit", from: "open", to: "half-open", of: "endpoint" },
      { type: "circuit", from: "half-open", to: "closed", of: "endpoint" },
    ]);
    expect(one.circuit.state).toBe("half-open");
  });
});
