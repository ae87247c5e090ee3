import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { ChooseFault, Fault, SeenRequest } from "./faults.ts";
import { listenOn } from "./listen-on.ts";
import { createModelHost, type HostContext, type ModelHost } from "./model-host.ts";
import { answerRoute } from "./routes.ts";
import { applyFault, sendAnswer, sendError } from "./send.ts";
import type { ServerModel } from "./server-model.ts";

/** A V2 server of this process, on a port of its own. */
export interface V2Server extends AsyncDisposable {
  /** `http://host:port` */
  readonly url: string;
  readonly host: ModelHost;
  /** Every request so far. */
  readonly requests: readonly SeenRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Chooses the faults from now on; undefined ends them. */
  setFaults(choose: ChooseFault | undefined): void;
  /** A fault for the next inference that has no such fault waiting for it. */
  failNext(fault: Fault): void;
  /** Closes the server and every connection to it. */
  close(): Promise<void>;
}

/** What {@link startV2Server} takes. */
export interface V2ServerOptions extends HostContext {
  /** What it serves: models for a host of its own, or a host shared with another server. */
  readonly models: readonly ServerModel[] | ModelHost;
  readonly faults?: ChooseFault;
  /** Default: one that is free. */
  readonly port?: number;
  /** Address to listen on. Default: `127.0.0.1`. */
  readonly hostname?: string;
}

/**
 * Starts a server that answers as Triton 2.51 does: statuses, words, content types and all. It has no
 * trace, logging and shared-memory endpoints, although it lists them.
 *
 * @throws when it cannot listen
 */
export async function startV2Server(options: V2ServerOptions): Promise<V2Server> {
  const { models, port = 0, hostname = "127.0.0.1", remember = true } = options;
  const host = "infer" in models ? models : createModelHost(models, options);
  const requests: SeenRequest[] = [];
  const planned: Fault[] = [];
  let faults = options.faults;
  let connections = 0;
  let seenBefore = 0;

  const chooseFault = (seen: SeenRequest): Fault | undefined => {
    const isInference = /\/(?:infer|generate|generate_stream)$/.test(seen.path);
    return (isInference ? planned.shift() : undefined) ?? faults?.(seen, seenBefore);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const body = await buffer(request);
    const { method = "", url: path = "", headers } = request;
    const seen: SeenRequest = { method, path, headers, body };
    const exchange = { request, response, fault: chooseFault(seen) };
    if (remember) requests.push(seen);
    seenBefore += 1;
    if (await applyFault(exchange)) return;
    const headerLength = headers["inference-header-content-length"];
    try {
      const answer = await answerRoute(host, {
        method,
        path,
        body,
        contentEncoding: headers["content-encoding"],
        headerLength: typeof headerLength === "string" ? headerLength : undefined,
        signal: gone.signal,
      });
      await sendAnswer(exchange, answer);
    } catch (error) {
      sendError(exchange, error);
    }
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.on("connection", () => (connections += 1));
  const bound = await listenOn(server, port, hostname);

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://${bound}`,
    host,
    requests,
    get connections() {
      return connections;
    },
    setFaults: (choose) => void (faults = choose),
    failNext: (fault) => void planned.push(fault),
    close,
    [Symbol.asyncDispose]: close,
  };
}
