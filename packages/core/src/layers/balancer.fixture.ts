import type { Infer } from "../transport/transport.ts";
import { createVirtualClock, type VirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createSeededRandom } from "./adaptive-limit.fixture.ts";
import { createBalancer, type Balancer } from "./balancer.ts";
import { response } from "./layers.fixture.ts";
import type { LayerEvent } from "./observe.ts";

/** Servers behind a balancer, by address. */
export interface Balanced {
  readonly clock: VirtualClock;
  readonly balancer: Balancer;
  readonly infer: Infer;
  readonly events: LayerEvent[];
  /** Where requests went, in order. */
  readonly seen: string[];
  /** Fails requests to an address. */
  readonly errors: Map<string, Error>;
  /** Time that answers of an address take. */
  readonly delays: Map<string, number>;
}

export function createBalanced(
  addresses: readonly string[],
  { isStrict = false, seed = 1 } = {},
): Balanced {
  const clock = createVirtualClock();
  const events: LayerEvent[] = [];
  const balancer = createBalancer({
    addresses,
    isStrict,
    failureThreshold: 0.5,
    openMs: 5000,
    halfOpenProbes: 1,
    longestProbeMs: 31_000,
    clock,
    random: createSeededRandom(seed * 7919),
    observe: (event) => void events.push(event),
  });
  const [seen, errors, delays] = [[] as string[], new Map<string, Error>(), new Map()];
  const infer = balancer.layer(async (_, { endpoint = "" }) => {
    seen.push(endpoint);
    const delayMs = delays.get(endpoint);
    if (delayMs !== undefined) {
      await new Promise<void>((resolve) => clock.setTimer(resolve, delayMs));
    }
    const error = errors.get(endpoint);
    if (error !== undefined) throw error;
    return response;
  });
  return { clock, balancer, infer, events, seen, errors, delays };
}

/** How often each address is in a list. */
export function tally(addresses: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const address of addresses) counts[address] = (counts[address] ?? 0) + 1;
  return counts;
}
