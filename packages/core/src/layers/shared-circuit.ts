import { createCircuit, type Circuit, type CircuitOptions } from "./circuit.ts";
import type { CircuitState, Observe } from "./observe.ts";

/** The circuit of an endpoint, whoever sends to it. */
export interface SharedCircuit {
  readonly circuit: Circuit;
  /**
   * Tells somebody of each change from now on, and of the state at once when it is not closed.
   *
   * @returns a function that ends it
   */
  join(observe: Observe): () => void;
}

/** A model that is slow must not keep its neighbours from finding out that the server is back. */
const probePatienceMs = 1000;

/** Makes a circuit that several models watch, and where the probe of one holds up the others for a second at most. */
export function createSharedCircuit(options: Omit<CircuitOptions, "observe">): SharedCircuit {
  const watching = new Set<Observe>();
  const circuit = createCircuit({
    ...options,
    probePatienceMs,
    observe: (event) => {
      for (const observe of watching) observe(event);
    },
  });
  return {
    circuit,
    join(observe) {
      const { state } = circuit;
      if (state !== "closed") observe({ type: "circuit", from: "closed", to: state });
      watching.add(observe);
      return () => void watching.delete(observe);
    },
  };
}

const severity: Readonly<Record<CircuitState, number>> = { closed: 0, "half-open": 1, open: 2 };

/** The state that decides, of two circuits that an attempt must pass. */
export function worseState(one: CircuitState, other: CircuitState): CircuitState {
  return severity[one] >= severity[other] ? one : other;
}
