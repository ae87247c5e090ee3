import type { Logger } from "../transport/logger.ts";
import { errorType } from "./error-type.ts";
import type { LayerEvent, Observe } from "./observe.ts";

/**
 * Logs what is rare: retries, circuits, health and sequences, at debug. Lines hold no records, no ids of
 * callers and no text of a server.
 */
export function logEvents(logger: Logger, model: string): Observe {
  return (event) => {
    const text = textOf(event);
    if (text !== undefined) logger.debug(`model "${model}": ${text}`);
  };
}

function textOf(event: LayerEvent): string | undefined {
  switch (event.type) {
    case "retry":
      return `attempt ${event.attempt} in ${Math.round(event.waitMs)} ms, for the one before was a ${event.reason}`;
    case "retry-stopped":
      return `no attempt after ${event.attempts}: ${event.reason}`;
    case "deadline-while-waiting":
      return `its time was over while it waited for a ${event.waitingFor}`;
    case "hedge-won":
      return "a second exchange answered before the first";
    case "circuit":
      return `the circuit${at(event.endpoint)} went from ${event.from} to ${event.to}${because(event.of)}`;
    case "health":
      return `health checks${at(event.endpoint)} found it ${event.ready ? "ready" : "not ready"}`;
    case "absence":
      return event.gone
        ? "its server has it no more, and rows of streams wait for it"
        : "it answers again";
    case "sequence":
      return `a sequence that was ${event.from} is ${event.to}`;
    case "limit":
      return `${event.maxInFlight} exchanges may be under way`;
    case "call":
      return event.error === undefined ? undefined : `a request failed: ${errorType(event.error)}`;
    default:
      return undefined;
  }
}

function because(of: "endpoint" | "model" | undefined): string {
  if (of === undefined) return "";
  return of === "endpoint" ? ", as the server's did" : ", as the model's own did";
}

function at(endpoint: string | undefined): string {
  return endpoint === undefined ? "" : ` of ${endpoint}`;
}
