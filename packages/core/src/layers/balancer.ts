import { SequenceError, TransportError } from "../errors/errors.ts";
import type { InferenceRequest, SequencePosition } from "../protocol/request.ts";
import { sleep } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";
import type { Call } from "../transport/transport.ts";
import { circuitOpenError } from "./breaker.ts";
import { signalOf } from "./circuit-signal.ts";
import { createCircuit, type Circuit, type CircuitOptions, type Permit } from "./circuit.ts";
import { createEndpoint, inOrder, type Endpoint } from "./endpoint.ts";
import { byRendezvous, createSequenceHomes } from "./sequence-homes.ts";

/** What requests are balanced over, and when an endpoint is left out. */
export interface BalancerOptions extends Omit<CircuitOptions, "mayOpen"> {
  /** Undefined for an only one without a name. */
  readonly addresses: readonly (string | undefined)[];
  /**
   * True: nothing is sent to an endpoint whose circuit is open. False: circuits only say which endpoints
   * are worse than others, at most half of them, and the worst is better than none.
   */
  readonly isStrict: boolean;
  /** Makes the circuit of one address. Default: `createCircuit`. */
  readonly circuitFor?: (address: string | undefined, options: CircuitOptions) => Circuit;
  /** Remembers where each request is, so that another one can be asked beside it. Default: false. */
  readonly isHedged?: boolean;
  /** Told of each first try that an address answered. */
  readonly onFirstAnswer?: (address: string | undefined) => void;
}

/** Spreads requests over the endpoints of a model. */
export interface Balancer {
  /** Picks an endpoint for each attempt. Belongs below retry and above the limit, as a breaker does. */
  readonly layer: Layer;
  /** Is the request somewhere, and is there another endpoint, and are all of them well? */
  mayHedge(request: InferenceRequest): boolean;
  /** Tells what a health check found. An endpoint that is not ready is not picked, and loses its sequences. */
  setReady(address: string | undefined, ready: boolean): void;
}

/** An endpoint with the right to try it; without a permit, what comes of it counts for nothing. */
interface Picked {
  readonly endpoint: Endpoint;
  readonly permit?: Permit;
}

/** Makes a balancer; every endpoint is taken for healthy. */
export function createBalancer(options: BalancerOptions): Balancer {
  const { addresses, isStrict, random, clock, observe } = options;
  const { circuitFor = (_, circuit) => createCircuit(circuit) } = options;
  const homes = createSequenceHomes();
  /** A retry is the same request again, so it knows where it has failed. */
  const failures = new WeakMap<InferenceRequest, readonly Endpoint[]>();
  /** Where requests are that may be hedged. */
  const whereabouts = new WeakMap<InferenceRequest, Endpoint>();
  const endpoints: readonly Endpoint[] = addresses.map((address) => {
    const told = address === undefined ? {} : { endpoint: address };
    const circuit = circuitFor(address, {
      ...options,
      mayOpen: () => isStrict || mayEject(endpoints),
      ...(observe === undefined ? {} : { observe: (event) => observe({ ...event, ...told }) }),
    });
    return createEndpoint(address, circuit);
  });

  const homeOf = (model: string, { id, end }: SequencePosition): readonly Endpoint[] => {
    const home = homes.find(id);
    // A step of a sequence that another process started goes where that one sent it.
    if (home === undefined) return byRendezvous(endpoints, id).slice(0, 1).filter(isReady);
    if (!home.lost) return [home.endpoint];
    if (end) homes.forget(id);
    throw new SequenceError(
      `model "${model}": expected the endpoint that holds the sequence, found it gone since`,
      { reason: "forgotten", steps: 0, delivery: "not-sent" },
    );
  };

  const candidates = ({ model, sequence }: InferenceRequest, failed: readonly Endpoint[]) => {
    if (sequence === undefined || isWhole(sequence)) return inOrder(endpoints, failed, random);
    if (!sequence.start) return homeOf(model.name, sequence);
    const ready = byRendezvous(endpoints.filter(isReady), sequence.id);
    return [...ready.filter((one) => !failed.includes(one)), ...failed.filter(isReady)];
  };

  const pick = async (request: InferenceRequest, call: Call): Promise<Picked> => {
    for (;;) {
      const found = admit(candidates(request, failures.get(request) ?? []), request, isStrict);
      if (!("waitMs" in found)) return found;
      await sleep(clock, found.waitMs, call.signal);
    }
  };

  const pickBeside = (request: InferenceRequest): Picked => {
    const others = endpoints.filter((one) => one !== whereabouts.get(request));
    const found = admit(inOrder(others, [], random), request, true);
    if ("waitMs" in found) throw circuitOpenError(request.model.name, found.waitMs);
    return found;
  };

  return {
    layer: (next) => async (request, call) => {
      const isHedge = call.hedge === true;
      const { endpoint, permit } = isHedge ? pickBeside(request) : await pick(request, call);
      if (options.isHedged === true && !isHedge) whereabouts.set(request, endpoint);
      const { address } = endpoint;
      const { sequence } = request;
      const isStep = sequence !== undefined && !isWhole(sequence);
      if (isStep && sequence.start) homes.settle(sequence.id, endpoint);
      endpoint.underWay += 1;
      try {
        const sent = address === undefined ? call : { ...call, endpoint: address };
        const response = await next(request, sent);
        permit?.settle("success");
        if (call.attempt === 1) options.onFirstAnswer?.(address);
        if (isStep && sequence.end) homes.forget(sequence.id);
        return response;
      } catch (error) {
        permit?.settle(signalOf(error, call));
        const earlier = failures.get(request) ?? [];
        failures.set(request, [...earlier.filter((one) => one !== endpoint), endpoint]);
        throw error;
      } finally {
        endpoint.underWay -= 1;
      }
    },
    mayHedge: (request) =>
      whereabouts.has(request) &&
      endpoints.length > 1 &&
      endpoints.every(({ ready, circuit }) => ready && circuit.state === "closed"),
    setReady(address, ready) {
      const endpoint = endpoints.find((one) => one.address === address);
      if (endpoint === undefined || endpoint.ready === ready) return;
      endpoint.ready = ready;
      if (!ready) homes.lose(endpoint);
      observe?.({ type: "health", ready, ...(address === undefined ? {} : { endpoint: address }) });
    },
  };
}

/** The first candidate whose circuit lets it in, or when to ask again. @throws when nobody will */
function admit(
  candidates: readonly Endpoint[],
  { model }: InferenceRequest,
  isStrict: boolean,
): Picked | { readonly waitMs: number } {
  let waitMs = Number.POSITIVE_INFINITY;
  let retryAfterMs = Number.POSITIVE_INFINITY;
  for (const endpoint of candidates) {
    const entry = endpoint.circuit.enter();
    if (entry.kind === "permit") return { endpoint, permit: entry.permit };
    if (entry.kind === "wait") waitMs = Math.min(waitMs, entry.waitMs);
    else retryAfterMs = Math.min(retryAfterMs, entry.retryAfterMs);
  }
  const [first] = candidates;
  if (first === undefined) {
    throw new TransportError(
      `model "${model.name}": expected an endpoint that is ready, found that health checks failed`,
      { delivery: "not-sent", retryable: true },
    );
  }
  if (Number.isFinite(waitMs)) return { waitMs };
  if (!isStrict) return { endpoint: first };
  throw circuitOpenError(model.name, retryAfterMs);
}

/** The others would have to carry too much if more than half were left out. */
function mayEject(endpoints: readonly Endpoint[]): boolean {
  const out = endpoints.filter(({ circuit }) => circuit.state !== "closed").length;
  return (out + 1) * 2 <= endpoints.length;
}

function isReady({ ready }: Endpoint): boolean {
  return ready;
}

/** A sequence of one request leaves nothing behind. */
function isWhole({ start, end }: SequencePosition): boolean {
  return start && end;
}
