import type { Circuit } from "./circuit.ts";

/** One of the servers of a model, and how it fares. */
export interface Endpoint {
  /** Undefined when it is the only one, and has no name. */
  readonly address: string | undefined;
  readonly circuit: Circuit;
  /** Exchanges that it was picked for and that have not ended. */
  underWay: number;
  /** False while health checks say no. */
  ready: boolean;
}

/** Makes an endpoint that is taken for healthy until it shows otherwise. */
export function createEndpoint(address: string | undefined, circuit: Circuit): Endpoint {
  return { address, circuit, underWay: 0, ready: true };
}

/**
 * Endpoints in the order in which they should be asked, those that are not ready left out: first the
 * one with less under way of two that chance picks, so that nobody herds to the least loaded one. Those
 * where the request has failed already come last, the latest at the very end.
 *
 * @param failed - where the request has failed, the latest at the end
 * @param random - uniform in [0, 1)
 * @see Mitzenmacher, "The power of two choices in randomized load balancing"
 */
export function inOrder(
  endpoints: readonly Endpoint[],
  failed: readonly Endpoint[],
  random: () => number,
): readonly Endpoint[] {
  const fresh = endpoints.filter((endpoint) => endpoint.ready && !failed.includes(endpoint));
  const tried = failed.filter(({ ready }) => ready);
  const first = ofTwo(fresh, random);
  if (first === undefined) return tried;
  const others = fresh.filter((endpoint) => endpoint !== first);
  return [first, ...others.toSorted((a, b) => a.underWay - b.underWay), ...tried];
}

function ofTwo(fresh: readonly Endpoint[], random: () => number): Endpoint | undefined {
  const one = Math.floor(random() * fresh.length);
  // Any of the others, each as likely.
  const other = (one + 1 + Math.floor(random() * (fresh.length - 1))) % Math.max(1, fresh.length);
  const [first, second] = [fresh[one], fresh[other]];
  if (first === undefined || second === undefined) return first;
  return second.underWay < first.underWay ? second : first;
}
