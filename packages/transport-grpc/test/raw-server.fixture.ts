import { once } from "node:events";
import {
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { readRequest, type Exchange } from "./exchange.fixture.ts";
import { answerQuestion } from "./questions.fixture.ts";

/** What a server of a test does with inference; everything else it answers as Triton does. */
export interface Behaviour {
  /** Each message of an inference. */
  readonly onRequest?: (exchange: Exchange, index: number) => void;
  /** Headers of a call of inference; false: nothing more is done with it. */
  readonly onOpen?: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => boolean;
}

/** Keys in PEM. */
export interface Keys {
  readonly key: string;
  readonly cert: string;
  /** Asks callers for a certificate of this authority. */
  readonly clientCa?: string;
}

export interface RawServer extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /** Messages of inference so far. */
  readonly requests: readonly Exchange[];
  /** Headers of every call so far, questions included. */
  readonly calls: readonly IncomingHttpHeaders[];
  /** Connections that are open now. */
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Resolves when that many calls of inference have been opened. */
  opened(count: number): Promise<void>;
  /** Resolves when that many messages of inference have come. */
  received(count: number): Promise<void>;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
}

/** An HTTP/2 server that can do with a stream whatever HTTP/2 can. */
export async function startRawServer(
  { onRequest, onOpen }: Behaviour = {},
  tls?: Keys,
  place: { readonly path?: string; readonly port?: number } = {},
): Promise<RawServer> {
  const requests: Exchange[] = [];
  const calls: IncomingHttpHeaders[] = [];
  const sessions = new Set<ServerHttp2Session>();
  let waiters: (() => boolean)[] = [];
  let accepted = 0;
  let inferences = 0;

  const told = (): void => {
    waiters = waiters.filter((isDone) => !isDone());
  };
  const until = (isTrue: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiters.push(() => {
        if (isTrue()) resolve();
        return isTrue();
      });
      told();
    });
  const server =
    tls === undefined
      ? createServer()
      : createSecureServer({
          ...tls,
          ...(tls.clientCa === undefined
            ? {}
            : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
        });
  server.on("session", (session) => {
    accepted += 1;
    sessions.add(session);
    session.on("error", () => undefined);
    session.on("close", () => {
      sessions.delete(session);
      told();
    });
  });
  server.on("sessionError", () => undefined);
  server.on("stream", (stream, headers) => {
    calls.push(headers);
    stream.on("error", () => undefined);
    if (answerQuestion(stream, headers)) return;
    inferences += 1;
    told();
    if (onOpen?.(stream, headers) === false) return;
    readRequest(stream, headers, (exchange) => {
      requests.push(exchange);
      if (onRequest === undefined) exchange.answer();
      else onRequest(exchange, requests.length - 1);
      told();
    });
  });
  await once(
    server.listen(place.path === undefined ? { host: "127.0.0.1", port: 0, ...place } : place),
    "listening",
  );
  const bound = server.address();
  const port = bound === null || typeof bound === "string" ? 0 : bound.port;
  return {
    port,
    address: `127.0.0.1:${port}`,
    requests,
    calls,
    sessions,
    get accepted() {
      return accepted;
    },
    opened: (count) => until(() => inferences >= count),
    received: (count) => until(() => requests.length >= count),
    idle: () => until(() => sessions.size === 0),
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
