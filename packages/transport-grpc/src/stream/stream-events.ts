import { channel } from "node:diagnostics_channel";
import { debugQuietly, type Logger } from "@nereid/core/transport-kit";

/** What is published on `nereid:grpc:stream`, of the streams that requests share. */
export interface StreamEvent {
  readonly address: string;
  readonly state: "opened" | "ended";
}

const events = channel("nereid:grpc:stream");

/** Tells those who listen on the diagnostics channel, if anybody does. */
export function publishStream(event: StreamEvent): void {
  if (events.hasSubscribers) events.publish(event);
}

/** Logs what happens to the streams to one address. @returns a function that ends it */
export function logStreams(address: string, logger: Logger): () => void {
  const onEvent = (message: unknown): void => {
    // Only this file publishes on the channel.
    const event = message as StreamEvent;
    if (event.address === address) debugQuietly(logger, `stream to ${address}: ${event.state}`);
  };
  events.subscribe(onEvent);
  return () => events.unsubscribe(onEvent);
}
