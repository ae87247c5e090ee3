import type { ClientHttp2Session } from "node:http2";
import type { Clock } from "@nereid/core/transport-kit";

const answerMs = 20_000;

/** When a connection is pinged. */
export interface KeepAliveFacts {
  /** Undefined: never. */
  readonly keepAliveMs: number | undefined;
  readonly clock: Clock;
}

/**
 * Pings a connection from time to time and tells when no answer comes.
 *
 * @returns a function that ends it
 */
export function keepAlive(
  session: ClientHttp2Session,
  { keepAliveMs, clock }: KeepAliveFacts,
  onSilence: () => void,
): () => void {
  if (keepAliveMs === undefined) return () => undefined;
  let stop: () => void = () => undefined;
  const rest = (): void => {
    stop = clock.setTimer(ping, keepAliveMs);
  };
  const ping = (): void => {
    stop = clock.setTimer(onSilence, answerMs);
    if (session.destroyed) return;
    session.ping((error) => {
      if (error !== null) return;
      stop();
      rest();
    });
  };
  rest();
  return () => stop();
}
