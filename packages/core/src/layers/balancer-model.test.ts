import { describe, expect, it } from "vitest";
import { CircuitOpenError, SequenceError, TransportError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { Infer } from "../transport/transport.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createSeededRandom } from "./adaptive-limit.fixture.ts";
import { createBalancer } from "./balancer.ts";
import { callWith, request, response, serverError, transportError } from "./layers.fixture.ts";

const addresses = ["a", "b", "c"];
const errors = [
  transportError("not-sent"),
  transportError("unknown"),
  serverError("overloaded"),
  serverError("internal"),
];

/** Servers that fail, hang and come back by chance, and steps of sequences beside plain requests. */
async function run(seed: number, isStrict: boolean): Promise<void> {
  const clock = createVirtualClock();
  const random = createSeededRandom(seed * 104_729);
  const balancer = createBalancer({
    addresses,
    isStrict,
    failureThreshold: 0.5,
    openMs: 5000,
    halfOpenProbes: 2,
    longestProbeMs: 3000,
    clock,
    random,
  });
  const chance = (share: number): boolean => random() < share;
  const any = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const notReady = new Set<string>();
  const broken = new Set<string>();
  /** Where each sequence lives; undefined when it was lost. */
  const homes = new Map<bigint, string | undefined>();
  let underWay = 0;

  const infer: Infer = balancer.layer(async ({ sequence }, { endpoint = "" }) => {
    expect(notReady.has(endpoint)).toBe(false);
    if (sequence?.start === true) homes.set(sequence.id as bigint, endpoint);
    else if (sequence !== undefined) expect(homes.get(sequence.id as bigint)).toBe(endpoint);
    await new Promise<void>((resolve) => clock.setTimer(resolve, random() * 2000));
    if (broken.has(endpoint) || chance(0.02)) throw any(errors);
    return response;
  });
  const send = async (): Promise<void> => {
    const id = BigInt(1 + Math.floor(random() * 20));
    const start = !homes.has(id);
    const isStep = chance(0.3);
    underWay += 1;
    const sent = isStep ? { ...request, sequence: { id, start, end: false } } : { ...request };
    await infer(sent, callWith()).catch((error: unknown) => {
      // What the servers threw, or one of the balancer's own two.
      if (errors.some((one) => one === error)) return;
      expect(InferenceError.is(error)).toBe(true);
      if (isStrict && error instanceof CircuitOpenError) return;
      if (error instanceof SequenceError) {
        expect(isStep && !start && homes.get(id) === undefined).toBe(true);
        // Told of its loss, the caller starts it anew.
        homes.delete(id);
        return;
      }
      expect(error).toBeInstanceOf(TransportError);
      expect(notReady.size).toBe(addresses.length);
    });
    underWay -= 1;
  };
  for (let step = 0; step < 2000; step += 1) {
    const address = any(addresses) ?? "a";
    if (chance(0.02)) {
      const ready = notReady.delete(address);
      if (!ready) {
        notReady.add(address);
        for (const [id, home] of homes) if (home === address) homes.set(id, undefined);
      }
      balancer.setReady(address, ready);
    }
    if (chance(0.03) && !broken.delete(address)) broken.add(address);
    void send();
    await clock.advance(random() * 100);
  }
  await clock.advance(60_000);
  expect(underWay).toBe(0);

  // Whatever was: with healthy servers every endpoint soon has its share again.
  broken.clear();
  for (const address of addresses) balancer.setReady(address, true);
  notReady.clear();
  homes.clear();
  const seen = new Map<string, number>();
  const healthy = balancer.layer(async (_, { endpoint = "" }) => {
    seen.set(endpoint, (seen.get(endpoint) ?? 0) + 1);
    return response;
  });
  for (let sent = 0; sent < 1000; sent += 1) {
    healthy({ ...request }, callWith()).catch(() => undefined);
    await clock.advance(100);
    if (sent === 700) seen.clear();
  }
  for (const address of addresses) expect(seen.get(address)).toBeGreaterThan(50);
}

describe("a balancer under chance", () => {
  it.each([1, 2, 3, 4])(
    "sends nothing to those that are not ready, moves no sequence and is never stuck, seed %i",
    async (seed) => {
      await run(seed, false);
      await run(seed, true);
    },
  );
});
