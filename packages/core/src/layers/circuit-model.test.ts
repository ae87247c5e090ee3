import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import type { CircuitSignal } from "./circuit-signal.ts";
import { createReferenceCircuit } from "./circuit.fixture.ts";
import { createCircuit, type Circuit, type CircuitOptions, type Permit } from "./circuit.ts";
import { joinCircuits } from "./joint-circuit.ts";

type Step =
  | { readonly do: "advance"; readonly ms: number }
  | { readonly do: "enter" }
  | { readonly do: "settle"; readonly which: number; readonly signal: CircuitSignal };

/** Failures are as frequent as successes, so that circuits open, and half of the steps enter. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ do: "enter" }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("settle"),
      which: fc.nat(1000),
      signal: fc.constantFrom<CircuitSignal>(
        "success",
        "failure",
        "unreachable",
        "raised",
        "faulty",
        "neutral",
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("advance"),
      ms: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 70_000 })),
    }),
  },
);

const settings = fc.record({
  failureThreshold: fc.constantFrom(0.1, 0.5, 1),
  openMs: fc.constantFrom(100, 5000, 60_000),
  halfOpenProbes: fc.integer({ min: 1, max: 4 }),
  longestProbeMs: fc.constantFrom(1000, 31_000),
});

const run = { seed: 5, numRuns: 600 };

describe("createCircuit, compared with a plain reference", () => {
  it("admits the same attempts and is in the same state after every step", () =>
    fc.assert(
      fc.asyncProperty(
        settings,
        fc.array(step, { maxLength: 200, size: "max" }),
        async (chosen, steps) => {
          const clock = createVirtualClock();
          // No jitter of the open time and no ramp: both are tested beside this.
          const options: CircuitOptions = { ...chosen, clock, random: () => 0 };
          const circuit = createCircuit(options);
          const reference = createReferenceCircuit(options);
          const pairs: { permit: Permit; attempt: Parameters<typeof reference.settle>[0] }[] = [];
          for (const taken of steps) {
            if (taken.do === "advance") await clock.advance(taken.ms);
            else if (taken.do === "settle") {
              const pair = pairs[taken.which % Math.max(1, pairs.length)];
              pair?.permit.settle(taken.signal);
              if (pair !== undefined) reference.settle(pair.attempt, taken.signal);
            } else {
              const entry = circuit.enter();
              const attempt = reference.enter();
              expect(entry.kind).toBe(attempt === undefined ? "refusal" : "permit");
              if (entry.kind === "permit" && attempt !== undefined) {
                pairs.push({ permit: entry.permit, attempt });
              }
            }
            expect(circuit.state).toBe(reference.state());
          }
        },
      ),
      run,
    ));
});

/** Takes steps at random, and keeps an eye on what must always hold. */
async function wander(
  circuit: Circuit,
  clock: ReturnType<typeof createVirtualClock>,
  steps: readonly Step[],
  halfOpenProbes: number,
): Promise<void> {
  const permits: Permit[] = [];
  let probesOut = new Set<Permit>();
  let last = circuit.state;
  for (const taken of steps) {
    if (taken.do === "advance") await clock.advance(taken.ms);
    const before = circuit.state;
    if (before !== last) probesOut = new Set();
    if (taken.do === "enter") {
      const entry = circuit.enter();
      if (entry.kind !== "permit") continue;
      permits.push(entry.permit);
      if (before === "half-open") probesOut.add(entry.permit);
    } else if (taken.do === "settle" && permits.length > 0) {
      const permit = permits[taken.which % permits.length];
      permit?.settle(taken.signal);
      if (permit !== undefined) probesOut.delete(permit);
      if (taken.signal === "neutral") expect(circuit.state).toBe(before);
    }
    last = circuit.state;
    if (last === "half-open") expect(probesOut.size).toBeLessThanOrEqual(halfOpenProbes);
  }
}

describe("createCircuit, whatever happened to it", () => {
  it("never has more probes out than allowed, ignores neutral ends, and closes once all is well", () =>
    fc.assert(
      fc.asyncProperty(
        settings,
        fc.array(step, { maxLength: 200, size: "max" }),
        async (chosen, steps) => {
          const clock = createVirtualClock();
          const circuit = createCircuit({ ...chosen, clock, random: () => 0.5 });
          await wander(circuit, clock, steps, chosen.halfOpenProbes);
          // Probes that were lost are given up first; then the longest open time; then the probes.
          const longestMs = chosen.longestProbeMs + 60_000 + 1000;
          const until = clock.now() + longestMs;
          while (circuit.state !== "closed" && clock.now() < until) {
            const entry = circuit.enter();
            if (entry.kind === "permit") entry.permit.settle("success");
            await clock.advance(200);
          }
          expect(circuit.state).toBe("closed");
        },
      ),
      { ...run, numRuns: 300 },
    ));
});

describe("joinCircuits, whatever happened to two models on one endpoint", () => {
  it("closes both once all is well, and never has more probes at the endpoint than allowed", () =>
    fc.assert(
      fc.asyncProperty(
        settings,
        fc.array(fc.record({ model: fc.nat(1), taken: step }), { maxLength: 200, size: "max" }),
        async (chosen, steps) => {
          const clock = createVirtualClock();
          const create = (): Circuit => createCircuit({ ...chosen, clock, random: () => 0.5 });
          const endpoint = create();
          const models = [0, 1].map(() => joinCircuits(create(), endpoint));
          const permits: Permit[] = [];
          let probesOut = new Set<Permit>();
          for (const { model, taken } of steps) {
            if (taken.do === "advance") await clock.advance(taken.ms);
            const before = endpoint.state;
            if (before !== "half-open") probesOut = new Set();
            if (taken.do === "enter") {
              const entry = models[model]?.enter();
              if (entry?.kind !== "permit") continue;
              permits.push(entry.permit);
              if (before === "half-open") probesOut.add(entry.permit);
            } else if (taken.do === "settle") {
              const settled = permits[taken.which % Math.max(1, permits.length)];
              settled?.settle(taken.signal);
              if (settled !== undefined) probesOut.delete(settled);
            }
            if (endpoint.state !== "half-open") probesOut = new Set();
            expect(probesOut.size).toBeLessThanOrEqual(chosen.halfOpenProbes);
          }
          // Lost probes of one circuit, then those of the other; each has its longest open time.
          const until = clock.now() + 2 * (chosen.longestProbeMs + 60_000 + 1000);
          while (models.some(({ state }) => state !== "closed") && clock.now() < until) {
            for (const model of models) {
              const entry = model.enter();
              if (entry.kind === "permit") entry.permit.settle("success");
            }
            await clock.advance(200);
          }
          expect(models.map(({ state }) => state)).toEqual(["closed", "closed"]);
        },
      ),
      { ...run, numRuns: 300 },
    ));
});
