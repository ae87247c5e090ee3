import { channel } from "node:diagnostics_channel";
import { debugQuietly, type Logger } from "@nereid/core/transport-kit";

/** What is published on `nereid:http:connection`. */
export interface ConnectionEvent {
  readonly origin: string;
  readonly state: "connected" | "disconnected";
}

const events = channel("nereid:http:connection");

/** Tells those who listen on the diagnostics channel, if anybody does. */
export function publishConnection(event: ConnectionEvent): void {
  if (events.hasSubscribers) events.publish(event);
}

/** Logs what happens to connections to one origin, whoever uses them. @returns a function that ends it */
export function logConnections(origin: string, logger: Logger): () => void {
  const onEvent = (message: unknown): void => {
    // Only this file publishes on the channel.
    const event = message as ConnectionEvent;
    if (event.origin === origin) debugQuietly(logger, `connection to ${origin}: ${event.state}`);
  };
  events.subscribe(onEvent);
  return () => events.unsubscribe(onEvent);
}
