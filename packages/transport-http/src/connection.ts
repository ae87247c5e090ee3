import { Socket } from "node:net";
import type { buildConnector } from "undici";
import { publishConnection } from "./connection-events.ts";
import type { HttpRequest } from "./exchange.ts";
import type { AnswerHandler } from "./wire/answer-handler.ts";
import { requestHead } from "./wire/request-head.ts";
import { afterWholeTurn, currentTurn } from "./wire/turn.ts";
import { WireError } from "./wire/wire-error.ts";
import { asError, createWire, type Exchange, type Wire } from "./wire/wire.ts";

/** Opens sockets, as undici's `buildConnector` makes them. */
export type Connector = buildConnector.connector;

/** One socket to the server, opened by the first exchange; it carries one exchange at a time. */
export interface Connection {
  /** Puts a request on the wire. @param closeAfter - true: the server is asked to hang up */
  dispatch(request: HttpRequest, handler: AnswerHandler, closeAfter: boolean): void;
  /** Reads no more of the answer; what was read before still goes to the handler. */
  pause(): void;
  resume(): void;
  /** Ends whatever it does, and tells nobody; resolves when the socket is closed. */
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
 * Makes a connection. How long an exchange may take is the signal's business.
 *
 * @param onDisconnect - called when the socket closes, for whatever reason
 */
export function openConnection(
  { origin, connect, keepAliveMs }: ConnectionSettings,
  onDisconnect: () => void,
): Connection {
  const { host, hostname: urlHost, protocol, port } = new URL(origin);
  // A URL has brackets around an IPv6 address; a socket knows it without.
  const hostname = urlHost.replace(/^\[|\]$/g, "");
  let socket: Socket | undefined;
  /** Resolves when the socket is closed, which is later than `socket.closed` says. */
  let gone = Promise.resolve();
  let wire: Wire | undefined;
  /** What has not begun to leave. */
  let waiting: Exchange | undefined;
  let isDestroyed = false;

  const own = (opened: Socket): void => {
    if (socket === opened) return;
    socket = opened;
    gone = new Promise((resolve) => opened.once("close", () => resolve()));
  };
  const use = (connected: Socket): void => {
    own(connected);
    if (isDestroyed) {
      connected.destroy();
      return;
    }
    wire = createWire(connected, Math.min(keepAliveMs, maxTimerMs));
    publishConnection({ origin, state: "connected" });
    connected.once("close", () => {
      publishConnection({ origin, state: "disconnected" });
      onDisconnect();
    });
    begin();
  };
  const undialled = (error: Error): void => {
    const failed = waiting;
    waiting = undefined;
    failed?.handler.onError(error);
  };
  const dial = (): void => {
    wire = undefined;
    try {
      const dialled: unknown = connect({ hostname, host, protocol, port }, (error, connected) => {
        if (error === null) use(connected);
        else undialled(error);
      });
      if (dialled instanceof Socket) own(dialled);
    } catch (error) {
      // TLS material that cannot be read, for one, throws. All in line would fail within one another.
      queueMicrotask(() => undialled(asError(error)));
    }
  };
  const begin = (): void => {
    const exchange = waiting;
    if (exchange === undefined) return;
    if (wire?.isOpen !== true) {
      dial();
      return;
    }
    waiting = undefined;
    wire.send(exchange);
  };

  return {
    dispatch(request, handler, closeAfter) {
      let head: string;
      try {
        head = requestHead(request, host, closeAfter);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        handler.onError(error);
        return;
      }
      waiting = { head, body: request.body, handler };
      // What came while it was idle is read first: a request behind it would be lost, or get its answer.
      if (wire?.isOpen === true && wire.readIn !== currentTurn()) afterWholeTurn(begin);
      else begin();
    },
    pause: () => wire?.pause(),
    resume: () => wire?.resume(),
    async destroy() {
      isDestroyed = true;
      waiting = undefined;
      wire?.destroy();
      // One that is still being dialled tells its connector so.
      if (wire === undefined) socket?.destroy(new Error("no longer wanted"));
      await gone;
    },
  };
}
