import { once } from "node:events";
import {
  connect,
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";

/** A gRPC server between a client and a good one, which lies when told. */
export interface Http2Liar extends AsyncDisposable {
  readonly address: string;
  /** Tells what to do instead of the next calls of inference. */
  lie(act: (stream: ServerHttp2Stream) => void, times: number): void;
}

/** Starts a server that passes calls on to `target`, except those it lies to. */
export async function startHttp2Liar(target: string): Promise<Http2Liar> {
  const good = connect(`http://${target}`);
  good.on("error", () => undefined);
  const sessions = new Set<ServerHttp2Session>();
  let act: ((stream: ServerHttp2Stream) => void) | undefined;
  let left = 0;
  const server = createServer();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => undefined);
  });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    const isInference = /Model(?:Stream)?Infer$/.test(headers[":path"] ?? "");
    if (!isInference || left === 0 || act === undefined) {
      passOn(stream, good.request(outgoing(headers)));
      return;
    }
    left -= 1;
    act(stream);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    address: `127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    lie(what, times) {
      act = what;
      left = times;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const session of sessions) session.destroy();
      good.destroy();
      await closed;
    },
  };
}

function outgoing(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers));
}

function passOn(
  stream: ServerHttp2Stream,
  call: ReturnType<ReturnType<typeof connect>["request"]>,
) {
  let trailers: OutgoingHttpHeaders = {};
  stream.pipe(call);
  call.on("response", (headers, flags) => {
    if (stream.destroyed) return;
    const isLast = (flags & 1) === 1;
    stream.respond(outgoing(headers), isLast ? { endStream: true } : { waitForTrailers: true });
    if (!isLast) call.pipe(stream);
  });
  call.on("trailers", (fields) => void (trailers = outgoing(fields)));
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  call.on("error", () => stream.destroy());
  stream.on("close", () => call.destroy());
}
