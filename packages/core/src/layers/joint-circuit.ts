import type { CircuitSignal } from "./circuit-signal.ts";
import type { Circuit } from "./circuit.ts";
import type { CircuitState, Observe } from "./observe.ts";
import { worseState } from "./shared-circuit.ts";

type Meaning = Readonly<Record<"endpoint" | "model", CircuitSignal>>;

/**
 * What the end of an attempt says of the endpoint, which others use as well, and of the model alone. A
 * model that raises, lies or is slow must not close the way for its neighbours; that it raises even shows
 * that its server is there.
 */
const meanings: Readonly<Record<CircuitSignal, Meaning>> = {
  success: { endpoint: "success", model: "success" },
  unreachable: { endpoint: "unreachable", model: "neutral" },
  failure: { endpoint: "failure", model: "neutral" },
  raised: { endpoint: "success", model: "raised" },
  faulty: { endpoint: "neutral", model: "faulty" },
  neutral: { endpoint: "neutral", model: "neutral" },
};

/** Joins the circuit of a model and that of its endpoint: an attempt must pass both, and counts for both. */
export function joinCircuits(ofModel: Circuit, ofEndpoint: Circuit): Circuit {
  return {
    get state() {
      return worseState(ofModel.state, ofEndpoint.state);
    },
    enter(longestProbeMs) {
      // The model's own first: where it refuses, no slot of the others is touched.
      const own = ofModel.enter(longestProbeMs);
      if (own.kind !== "permit") return own;
      const shared = ofEndpoint.enter(longestProbeMs);
      if (shared.kind !== "permit") {
        own.permit.settle("neutral");
        return shared;
      }
      return {
        kind: "permit",
        permit: {
          settle(signal) {
            own.permit.settle(meanings[signal].model);
            shared.permit.settle(meanings[signal].endpoint);
          },
        },
      };
    },
  };
}

/** Turns the events of two circuits into those of both together. */
export function joinEvents(observe: Observe | undefined): (of: "endpoint" | "model") => Observe {
  const states: Record<"endpoint" | "model", CircuitState> = {
    endpoint: "closed",
    model: "closed",
  };
  return (of) => (event) => {
    if (event.type !== "circuit") return;
    const from = worseState(states.endpoint, states.model);
    states[of] = event.to;
    const to = worseState(states.endpoint, states.model);
    if (from !== to) observe?.({ ...event, from, to, of });
  };
}
