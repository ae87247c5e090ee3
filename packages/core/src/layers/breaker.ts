import { CircuitOpenError } from "../errors/errors.ts";
import { sleep, type Clock } from "../transport/clock.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import { begin, type Layer } from "../transport/layer.ts";
import type { Call } from "../transport/transport.ts";
import { signalOf } from "./circuit-signal.ts";
import type { Circuit, Entry, Permit } from "./circuit.ts";

/**
 * Keeps attempts away from a server that fails, and counts how each attempt ends. Belongs below
 * retry, so that each attempt counts, and above the limit, so that nobody queues for an open circuit.
 */
export function breakerLayer(circuit: Circuit, clock: Clock): Layer {
  return (next) => {
    const run = (
      permit: Permit,
      request: InferenceRequest,
      call: Call,
    ): Promise<InferenceResponse> =>
      begin(next, request, call).then(
        (response) => {
          permit.settle("success");
          return response;
        },
        (error: unknown) => {
          permit.settle(signalOf(error, call));
          throw error;
        },
      );
    const runLater = async (
      entry: Entry,
      request: InferenceRequest,
      call: Call,
    ): Promise<InferenceResponse> => {
      const permit = await permitFrom(circuit, clock, entry, request.model.name, call);
      return run(permit, request, call);
    };
    return (request, call) => {
      const entry = circuit.enter();
      return entry.kind === "permit"
        ? run(entry.permit, request, call)
        : runLater(entry, request, call);
    };
  };
}

async function permitFrom(
  circuit: Circuit,
  clock: Clock,
  first: Entry,
  model: string,
  call: Call,
): Promise<Permit> {
  let entry = first;
  while (entry.kind === "wait") {
    await sleep(clock, entry.waitMs, call.signal);
    entry = circuit.enter();
  }
  if (entry.kind === "permit") return entry.permit;
  throw circuitOpenError(model, entry.retryAfterMs);
}

/** What an attempt meets that an open circuit keeps away. */
export function circuitOpenError(model: string, retryAfterMs: number): CircuitOpenError {
  return new CircuitOpenError(
    `model "${model}": expected a server that answers, found too many failures of late; the next probe may go in ${retryAfterMs} ms`,
    { retryAfterMs },
  );
}
