import { Socket } from "node:net";
import { Client, type buildConnector, type Dispatcher } from "undici";
import { publishConnection } from "./connection-events.ts";
import type { HttpRequest } from "./exchange.ts";

/** Opens sockets, as undici's `buildConnector` makes them. */
export type Connector = buildConnector.connector;

/** One socket to the server, opened by the first exchange; it carries one exchange at a time. */
export interface Connection {
  /** Puts a request on the wire. @param closeAfter - true: the server is asked to hang up */
  dispatch(request: HttpRequest, handler: Dispatcher.DispatchHandler, closeAfter: boolean): void;
  /** Ends whatever it does; resolves when the socket is closed. */
  destroy(): Promise<void>;
}

/** What a connection is opened with. */
export interface ConnectionSettings {
  readonly origin: string;
  readonly connect: Connector;
  readonly keepAliveMs: number;
}

/** Longest delay of a timer in Node. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Makes a connection. Times are the signal's business: undici's own limits are off.
 *
 * @param onDisconnect - called when the socket closes, for whatever reason
 */
export function openConnection(
  { origin, connect, keepAliveMs }: ConnectionSettings,
  onDisconnect: () => void,
): Connection {
  let opening: Socket | undefined;
  const client = new Client(origin, {
    connect: (options, callback) => {
      // undici learns of the socket only when it is connected; ending an attempt needs it before.
      const socket: unknown = connect(options, (...result) => {
        opening = undefined;
        callback(...result);
      });
      opening = socket instanceof Socket ? socket : undefined;
    },
    allowH2: false,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: Math.min(keepAliveMs, maxTimerMs),
    keepAliveMaxTimeout: Math.min(keepAliveMs, maxTimerMs),
  });
  client.on("connect", () => publishConnection({ origin, state: "connected" }));
  client.on("disconnect", () => {
    publishConnection({ origin, state: "disconnected" });
    onDisconnect();
  });

  return {
    dispatch({ method, path, headers, body }, handler, closeAfter) {
      client.dispatch(
        // undici sends any iterable and only its types do not say so; the headers are not changed.
        { method, path, headers: headers as string[], body: body as Uint8Array, reset: closeAfter },
        handler,
      );
    },
    async destroy() {
      opening?.destroy(new Error("no longer wanted"));
      await client.destroy();
    },
  };
}
