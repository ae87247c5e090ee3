import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { deflate, gunzip, gzip, inflate } from "node:zlib";
import type { Clock } from "@nereid/core/transport-kit";
import type { ChooseFault, Fault, SeenRequest } from "./faults.ts";
import { createModelHost, type ModelHost } from "./model-host.ts";
import { Refusal } from "./refusal.ts";
import { answerRoute, type RouteAnswer } from "./routes.ts";
import type { ServerModel } from "./server-model.ts";

/** A V2 server of this process, on a port of its own. */
export interface V2Server extends AsyncDisposable {
  /** `http://127.0.0.1:…` */
  readonly url: string;
  readonly host: ModelHost;
  /** Every request so far. */
  readonly requests: readonly SeenRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Chooses the faults from now on; undefined ends them. */
  setFaults(choose: ChooseFault | undefined): void;
  /** Closes the server and every connection to it. */
  close(): Promise<void>;
}

/** What {@link startV2Server} takes. */
export interface V2ServerOptions {
  readonly models: readonly ServerModel[];
  readonly faults?: ChooseFault;
  /** For the idle time of sequences. Default: the machine's. */
  readonly clock?: Clock;
}

/** What Triton's HTTP endpoint does with bodies. */
const unpack = { gzip: promisify(gunzip), deflate: promisify(inflate) };
const pack = { gzip: promisify(gzip), deflate: promisify(deflate) };

const isEncoding = (name: string): name is keyof typeof pack => Object.hasOwn(pack, name);

/** Starts a server that answers as Triton 2.51 does: statuses, words, content types and all. */
export async function startV2Server(options: V2ServerOptions): Promise<V2Server> {
  const host = createModelHost(options.models, options.clock);
  const requests: SeenRequest[] = [];
  let faults = options.faults;
  let connections = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const packed = await buffer(request);
    const seen: SeenRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body: packed,
    };
    const fault = faults?.(seen, requests.length);
    requests.push(seen);
    if (fault !== undefined && fault.kind !== "cut" && fault.kind !== "wrong-id") {
      applyFault(fault, request, response);
      return;
    }
    try {
      const body = await unpackBody(packed, request.headers["content-encoding"]);
      const headerLength = request.headers["inference-header-content-length"];
      const answer = await answerRoute(host, {
        method: seen.method,
        path: seen.path,
        body,
        headerLength: typeof headerLength === "string" ? headerLength : undefined,
        signal: gone.signal,
      });
      await sendAnswer(request, response, answer, fault);
    } catch (error) {
      sendError(response, error);
    }
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    host,
    requests,
    get connections() {
      return connections;
    },
    setFaults: (choose) => void (faults = choose),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function unpackBody(body: Buffer, encoding = "identity"): Promise<Uint8Array> {
  if (encoding === "identity" || encoding === "") return body;
  if (!isEncoding(encoding)) throw new Refusal(501, `Unsupported Content-Encoding: ${encoding}`);
  return unpack[encoding](body);
}

async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: RouteAnswer,
  fault: Fault | undefined,
): Promise<void> {
  if (answer === undefined || "json" in answer) {
    const type = answer === undefined ? "text/plain" : "application/json";
    send(
      response,
      200,
      { "content-type": type },
      answer === undefined ? "" : JSON.stringify(answer.json),
      fault,
    );
    return;
  }
  const { headerBytes, body } = answer.answer;
  const headers: Record<string, string> = {
    "content-type": headerBytes === undefined ? "application/json" : "application/octet-stream",
    ...(headerBytes === undefined
      ? {}
      : { "inference-header-content-length": String(headerBytes) }),
  };
  const accepted = (request.headers["accept-encoding"] ?? "").split(",").map((one) => one.trim());
  const encoding = accepted.find(isEncoding);
  if (encoding === undefined) {
    send(response, 200, headers, body, fault);
    return;
  }
  send(
    response,
    200,
    { ...headers, "content-encoding": encoding },
    await pack[encoding](body),
    fault,
  );
}

function sendError(response: ServerResponse, error: unknown): void {
  const { status, message, isPlain } =
    error instanceof Refusal ? error : new Refusal(500, String(error), true);
  const type = isPlain ? "text/plain" : "application/json";
  send(response, status, { "content-type": type }, JSON.stringify({ error: message }), undefined);
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  content: string | Uint8Array,
  fault: Fault | undefined,
): void {
  let body = Buffer.from(content);
  if (fault?.kind === "wrong-id")
    body = Buffer.from(body.toString("latin1").replace(/"id":"./, '"id":"~'), "latin1");
  response.writeHead(status, { ...headers, "content-length": body.byteLength });
  if (fault?.kind !== "cut") {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, fault.afterBytes), () => response.socket?.resetAndDestroy());
}

function applyFault(
  fault: Exclude<Fault, { kind: "cut" | "wrong-id" }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  switch (fault.kind) {
    case "reset":
      request.socket.resetAndDestroy();
      return;
    case "garbage":
      request.socket.end("this is not HTTP\r\n\r\n");
      return;
    case "status":
      response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
      response.end(JSON.stringify({ error: fault.text }));
      return;
    case "hang":
  }
}
