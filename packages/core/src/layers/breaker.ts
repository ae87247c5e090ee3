import { CircuitOpenError } from "../errors/errors.ts";
import { sleep, type Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";
import type { Call } from "../transport/transport.ts";
import { signalOf } from "./circuit-signal.ts";
import type { Circuit, Permit } from "./circuit.ts";

/**
 * Keeps attempts away from a server that fails, and counts how each attempt ends. Belongs below
 * retry, so that each attempt counts, and above the limit, so that nobody queues for an open circuit.
 */
export function breakerLayer(circuit: Circuit, clock: Clock): Layer {
  return (next) => async (request, call) => {
    const permit = await permitFrom(circuit, clock, request.model.name, call);
    try {
      const response = await next(request, call);
      permit.settle("success");
      return response;
    } catch (error) {
      permit.settle(signalOf(error, call));
      throw error;
    }
  };
}

async function permitFrom(
  circuit: Circuit,
  clock: Clock,
  model: string,
  call: Call,
): Promise<Permit> {
  for (;;) {
    const entry = circuit.enter();
    if (entry.kind === "permit") return entry.permit;
    if (entry.kind === "wait") {
      await sleep(clock, entry.waitMs, call.signal);
      continue;
    }
    throw circuitOpenError(model, entry.retryAfterMs);
  }
}

/** What an attempt meets that an open circuit keeps away. */
export function circuitOpenError(model: string, retryAfterMs: number): CircuitOpenError {
  return new CircuitOpenError(
    `model "${model}": expected a server that answers, found too many failures of late; the next probe may go in ${retryAfterMs} ms`,
    { retryAfterMs },
  );
}
