import { createCircuit, type Circuit, type CircuitOptions } from "../layers/circuit.ts";
import { joinBudgets } from "../layers/joint-budget.ts";
import { joinCircuits, joinEvents } from "../layers/joint-circuit.ts";
import { createLeases, type Leases } from "../layers/leases.ts";
import { createRetryBudget, type RetryBudget } from "../layers/retry-budget.ts";
import { createSharedCircuit, type SharedCircuit } from "../layers/shared-circuit.ts";
import { watchStalls, type StallWatch } from "../layers/stall-watch.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { Clock } from "../transport/clock.ts";
import { isReporting } from "../transport/report.ts";
import type { Transport } from "../transport/transport.ts";
import { addressesOf } from "./addresses-of.ts";

/** What keeps a model from asking too much of its servers; part of it serves all models on them. */
export interface ModelGuards {
  /** For what may time out. It notices when the process stood still, where somebody wants to know. */
  readonly clock: Clock;
  /** What retries are paid with. */
  readonly budget: RetryBudget;
  /** Those of the endpoints, as many as there are. */
  readonly budgets: readonly RetryBudget[];
  /** Makes the circuit of an address: the model's own, and that of the server in front of it. */
  circuitFor(address: string | undefined, own: CircuitOptions): Circuit;
  /** Lets an endpoint earn what a first try that it answered is worth. */
  firstAnswer(address: string | undefined): void;
  /** The model is closed. The last one on a server forgets what was known of it. */
  release(): void;
}

interface Guards {
  readonly budgets: Leases<RetryBudget>;
  readonly circuits: Leases<SharedCircuit>;
  readonly watch: StallWatch;
}

/** Of the whole process, by the clock that they are on: two clocks have no times in common. */
const guardsByClock = new WeakMap<Clock, Guards>();

/**
 * Takes a hold on the budget and the circuit of each endpoint. Models share them that have the same settings
 * and whose transports have the same name and report the same servers; where a transport does not tell
 * where it leads, the model has its own.
 */
export function leaseGuards(
  transport: Transport,
  options: ModelOptions,
  clock: Clock,
): ModelGuards {
  const { budgets, circuits, watch } = guardsOf(clock);
  const { circuitBreaker, retryBudget: ratio } = options;
  const addresses = addressesOf(transport);
  const ends: (() => void)[] = [];
  const keyFor = (address: string | undefined, settings: readonly number[]): string | undefined => {
    const server = serverAt(transport, address);
    return server && JSON.stringify([transport.name, server, ...settings]);
  };
  const leased = addresses.map((address) => {
    const lease = budgets.take(keyFor(address, [ratio]), () => createRetryBudget({ ratio, clock }));
    ends.push(lease.release);
    return lease.value;
  });
  const [first, ...others] = leased;
  const isWatched = circuitBreaker !== undefined || addresses.length > 1;

  return {
    clock: isWatched ? watch.clock : clock,
    budget: first !== undefined && others.length === 0 ? first : joinBudgets(leased),
    budgets: leased,
    circuitFor(address, options) {
      const own = { ...options, stalls: watch };
      if (circuitBreaker === undefined) return createCircuit(own);
      const { failureThreshold, timeoutMs, halfOpenRequests } = circuitBreaker;
      const key = keyFor(address, [failureThreshold, timeoutMs, halfOpenRequests]);
      if (key === undefined) return createCircuit(own);
      const { observe, mayOpen: _, ...shared } = own;
      const lease = circuits.take(key, () => createSharedCircuit(shared));
      const told = joinEvents(observe);
      ends.push(lease.value.join(told("endpoint")), lease.release);
      return joinCircuits(createCircuit({ ...own, observe: told("model") }), lease.value.circuit);
    },
    firstAnswer(address) {
      // With one endpoint, the retry layer lets it earn.
      if (leased.length > 1) leased[addresses.indexOf(address)]?.earn();
    },
    release() {
      for (const end of ends.splice(0)) end();
    },
  };
}

function guardsOf(clock: Clock): Guards {
  const known = guardsByClock.get(clock);
  if (known !== undefined) return known;
  const guards: Guards = {
    budgets: createLeases(),
    circuits: createLeases(),
    watch: watchStalls(clock),
  };
  guardsByClock.set(clock, guards);
  return guards;
}

/** What tells a server from others: its address, with the path in front. */
function serverAt(transport: Transport, address: string | undefined): string | undefined {
  if (!isReporting(transport)) return undefined;
  const { servers } = transport.report();
  if (address === undefined) return servers.length === 1 ? servers[0]?.endpoint : undefined;
  return servers.find(({ endpoint }) => endpoint === address)?.endpoint;
}
