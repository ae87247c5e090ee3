import type { Socket } from "node:net";
import { parseConnectionOptions } from "@nereid/core/transport-kit";
import { openConnection, type Connection } from "../src/connection.ts";
import { createConnector } from "../src/connector.ts";
import type { HttpRequest } from "../src/exchange.ts";
import type { AnswerHandler } from "../src/wire/answer-handler.ts";

/** A connection of its own, without a pool, and the sockets that it has opened. */
export interface Opened extends AsyncDisposable {
  readonly connection: Connection;
  readonly sockets: readonly Socket[];
}

export function open(origin: string, keepAliveMs = 60_000): Opened {
  const sockets: Socket[] = [];
  const options = parseConnectionOptions({ endpoint: origin, tlsInsecure: true });
  const dial = createConnector(options, undefined);
  const connection = openConnection(
    {
      origin,
      keepAliveMs,
      connect: (address, callback) =>
        dial(address, (error, socket) => {
          if (error === null) {
            sockets.push(socket);
            callback(null, socket);
          } else callback(error, null);
        }),
    },
    () => undefined,
  );
  return { connection, sockets, [Symbol.asyncDispose]: () => connection.destroy() };
}

/** One exchange's answer. */
export interface Told {
  readonly status: number;
  readonly body: string;
  readonly reusable: boolean;
}

const get: HttpRequest = { method: "GET", path: "/", headers: [], body: undefined };

/** Asks, and rejects with what the connection fails with. */
export function ask(
  { connection }: Pick<Opened, "connection">,
  line: Partial<HttpRequest> = {},
  seen: Partial<AnswerHandler> = {},
): Promise<Told> {
  let status = 0;
  let body = "";
  return new Promise((resolve, reject) => {
    const handler: AnswerHandler = {
      onSent: () => undefined,
      onData: (piece) => void (body += Buffer.from(piece).toString("latin1")),
      onError: reject,
      ...seen,
      onHead(code, headers) {
        status = code;
        seen.onHead?.(code, headers);
      },
      onEnd(reusable) {
        seen.onEnd?.(reusable);
        resolve({ status, body, reusable });
      },
    };
    connection.dispatch({ ...get, ...line }, handler, false);
  });
}
