import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { createTensor, type Call, type InferenceRequest } from "@nereid/core/transport-kit";

/** One request, byte for byte. */
export interface Received {
  /** Request line and headers, without the empty line. */
  readonly head: string;
  readonly body: Buffer;
}

/** Answers one request in whatever way a test wants. */
export type Script = (socket: Socket, request: Received) => void;

/** A server that understands HTTP just enough to tell requests apart. */
export interface WireServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly requests: readonly Received[];
  /** Every connection ever accepted. */
  readonly sockets: readonly Socket[];
  /** Resolves when that many requests have come. */
  received(count: number): Promise<void>;
  /** Resolves when a connection was accepted. */
  connected(): Promise<void>;
}

export const certificate = {
  cert: readFileSync(new URL("certificate/cert.pem", import.meta.url), "utf8"),
  key: readFileSync(new URL("certificate/key.pem", import.meta.url), "utf8"),
};

export async function startWireServer(
  script: Script,
  { tls = false }: { readonly tls?: boolean } = {},
): Promise<WireServer> {
  const requests: Received[] = [];
  const sockets: Socket[] = [];
  const waiters: { readonly count: number; readonly resolve: () => void }[] = [];
  const accept = (socket: Socket): void => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    readRequests(socket, (request) => {
      requests.push(request);
      for (const { count, resolve } of waiters) if (requests.length >= count) resolve();
      script(socket, request);
    });
  };
  const server: Server = tls ? createTlsServer(certificate, accept) : createServer(accept);
  server.on("tlsClientError", () => undefined);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    requests,
    sockets,
    received: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiters.push({ count, resolve });
      }),
    async connected() {
      if (sockets.length === 0) await once(server, tls ? "secureConnection" : "connection");
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readRequests(socket: Socket, onRequest: (request: Received) => void): void {
  let unread = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    unread = Buffer.concat([unread, chunk]);
    for (;;) {
      const end = unread.indexOf("\r\n\r\n");
      if (end === -1) return;
      const head = unread.toString("latin1", 0, end);
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const next = end + 4 + length;
      if (unread.byteLength < next) return;
      const body = unread.subarray(end + 4, next);
      unread = unread.subarray(next);
      onRequest({ head, body });
    }
  });
}

/** Resolves when both ends have closed the socket, in order or not. */
export function closed(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (socket === undefined || socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}

/** The bytes of an HTTP answer, with a Content-Length unless the headers bring their own framing. */
export function httpAnswer(status: number, headers: string[], body: string | Buffer): Buffer {
  const bytes = Buffer.from(body);
  const framed = headers.some((line) => /^(?:content-length|transfer-encoding):/i.test(line));
  const lines = [`HTTP/1.1 ${status} Words`, ...headers];
  if (!framed) lines.push(`Content-Length: ${bytes.byteLength}`);
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), bytes]);
}

/** The id that a binary or JSON inference request carries. */
export function idOf({ body }: Received): string {
  return /"id":"([^"]*)"/.exec(body.toString("latin1"))?.[1] ?? "";
}

/** JSON and tail of the answer `y: FP32 [2] = [1, 2.5]`. */
export function goodBody(id: string): { readonly json: string; readonly body: Buffer } {
  const json = `{"id":"${id}","model_name":"m","model_version":"1","outputs":[{"name":"y","datatype":"FP32","shape":[2],"parameters":{"binary_data_size":8}}]}`;
  const tail = Buffer.from("0000803f00002040", "hex");
  return { json, body: Buffer.concat([Buffer.from(json), tail]) };
}

/** A good answer to an inference request, with more headers where a test wants them. */
export function goodAnswer(request: Received, headers: string[] = []): Buffer {
  const { json, body } = goodBody(idOf(request));
  return httpAnswer(200, [`Inference-Header-Content-Length: ${json.length}`, ...headers], body);
}

/** A request that {@link goodAnswer} answers. */
export const request: InferenceRequest = {
  model: { name: "m" },
  inputs: [createTensor("x", "FP32", [2], Float32Array.of(1, 2.5))],
};

/** A call that nobody aborts, or that the given signal aborts. */
export function callWith(signal: AbortSignal = new AbortController().signal): Call {
  return { signal, headers: {}, attempt: 1 };
}
