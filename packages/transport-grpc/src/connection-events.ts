import { channel as diagnosticsChannel } from "node:diagnostics_channel";
import { debugQuietly, type Logger } from "@nereid/core/transport-kit";
import { connectivityState, type Channel } from "@grpc/grpc-js";

/** What is published on `nereid:grpc:connection`, of the connections that calls of their own use. */
export interface ConnectionEvent {
  readonly address: string;
  readonly state: "connected" | "disconnected";
}

const events = diagnosticsChannel("nereid:grpc:connection");

/** Tells those who listen on the diagnostics channel, if anybody does, until the channel is closed. */
export function watchConnection(channel: Channel, address: string): void {
  let isUp = false;
  const look = (): void => {
    const state = channel.getConnectivityState(false);
    if ((state === connectivityState.READY) !== isUp) {
      isUp = !isUp;
      const event: ConnectionEvent = { address, state: isUp ? "connected" : "disconnected" };
      if (events.hasSubscribers) events.publish(event);
    }
    if (state === connectivityState.SHUTDOWN) return;
    channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, look);
  };
  look();
}

/** Logs what happens to the connections to one address. @returns a function that ends it */
export function logConnections(address: string, logger: Logger): () => void {
  const onEvent = (message: unknown): void => {
    // Only this file publishes on the channel.
    const event = message as ConnectionEvent;
    if (event.address === address) debugQuietly(logger, `connection to ${address}: ${event.state}`);
  };
  events.subscribe(onEvent);
  return () => events.unsubscribe(onEvent);
}
