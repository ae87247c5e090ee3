import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createCircuit } from "./circuit.ts";
import { createEndpoint, type Endpoint } from "./endpoint.ts";
import { byRendezvous, createSequenceHomes } from "./sequence-homes.ts";

const circuit = createCircuit({
  failureThreshold: 0.5,
  openMs: 5000,
  halfOpenProbes: 1,
  longestProbeMs: 1000,
  clock: createVirtualClock(),
  random: () => 0,
});
const endpoint = (address: string): Endpoint => createEndpoint(address, circuit);

describe("createSequenceHomes", () => {
  it("forgets the sequences that are quiet for longest when there are more than 100,000", () => {
    const homes = createSequenceHomes();
    const home = endpoint("a");
    for (let id = 0; id < 100_000; id += 1) homes.settle(`s${id}`, home);
    homes.find("s0");
    homes.settle("one more", home);
    expect(homes.find("s1")).toBeUndefined();
    expect(homes.find("s0")).toEqual({ endpoint: home, lost: false });
    expect(homes.find("one more")?.endpoint).toBe(home);
  });
});

describe("byRendezvous", () => {
  it("moves only the sequences of an endpoint that is gone", () => {
    const all = ["a", "b", "c", "d"].map(endpoint);
    const fewer = all.slice(0, 3);
    let moved = 0;
    for (let id = 0n; id < 1000n; id += 1n) {
      const [before] = byRendezvous(all, id);
      const [after] = byRendezvous(fewer, id);
      if (before !== all[3]) expect(after).toBe(before);
      else moved += 1;
    }
    expect(moved).toBeGreaterThan(200);
    expect(moved).toBeLessThan(300);
  });
});
