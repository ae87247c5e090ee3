import type { IncomingHttpHeaders } from "node:http";
import type { Client, Dispatcher } from "undici";
import { createBodyCollector, type BodyCollector } from "./body-collector.ts";
import type { ConnectionPool, Task } from "./connection-pool.ts";
import { toTransportError } from "./failures.ts";
import type { RequestBody } from "./request-body.ts";

/** One HTTP request. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** From the origin on. */
  readonly path: string;
  /** Names and values, one after the other. */
  readonly headers: string[];
  readonly body: RequestBody | null;
  readonly signal: AbortSignal;
}

/** One HTTP answer, complete. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Memory of its own; what lies behind the JSON begins on an 8-byte boundary. */
  readonly body: Uint8Array;
}

/** What every exchange of a transport has in common. */
export interface ExchangeContext {
  readonly pool: ConnectionPool;
  readonly maxResponseBytes: number;
  readonly reuse: boolean;
  /** `http://host:8000`, for messages. */
  readonly origin: string;
}

/**
 * Sends one request over a connection of the pool and collects its answer.
 *
 * An abort takes the request out of the queue, or destroys the connection it travels on.
 *
 * @throws TransportError, DecodeError for an answer beyond the bound, or the signal's reason as it is
 */
export function exchange(context: ExchangeContext, request: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { signal } = request;
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const task: Task = {
      start: (client) => {
        dispatch(context, request, client, {
          resolve: (answer) => {
            signal.removeEventListener("abort", onQueueAbort);
            resolve(answer);
          },
          reject: (error) => {
            signal.removeEventListener("abort", onQueueAbort);
            reject(error);
          },
        });
      },
    };
    const onQueueAbort = (): void => {
      if (context.pool.forget(task)) reject(signal.reason);
    };
    signal.addEventListener("abort", onQueueAbort, { once: true });
    context.pool.run(task);
  });
}

interface Outcome {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: unknown) => void;
}

function dispatch(
  context: ExchangeContext,
  request: HttpRequest,
  client: Client,
  { resolve, reject }: Outcome,
): void {
  const { signal } = request;
  const where = `${request.method} ${context.origin}${request.path}`;
  let controller: Dispatcher.DispatchController | undefined;
  let collector: BodyCollector | undefined;
  let status = 0;
  let headers: IncomingHttpHeaders = {};
  let isOver = false;

  const end = (act: () => void): void => {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener("abort", onAbort);
    act();
  };
  /** Ends the exchange and its connection, whose further bytes nobody could make sense of. */
  const fail = (error: unknown): void => {
    end(() => reject(error));
    controller?.abort(error instanceof Error ? error : new Error("aborted"));
  };
  const onAbort = (): void => fail(signal.reason);

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      // Thrown, it ends the request before a byte of it is written, and keeps the connection.
      if (isOver) throw new Error("aborted before it was sent");
      controller = started;
    },
    onResponseStart(_controller, statusCode, responseHeaders) {
      if (statusCode < 200) return;
      status = statusCode;
      headers = responseHeaders;
      try {
        collector = createBodyCollector({
          length: readLength(headers["content-length"]),
          maxBytes: context.maxResponseBytes,
          headerBytes: readLength(headers["inference-header-content-length"]) ?? 0,
          where,
        });
      } catch (error) {
        fail(error);
      }
    },
    onResponseData(_controller, chunk) {
      try {
        collector?.add(chunk);
      } catch (error) {
        fail(error);
      }
    },
    onResponseEnd() {
      const body = collector?.finish() ?? new Uint8Array(0);
      end(() => resolve({ status, headers, body }));
      context.pool.release(client);
    },
    onResponseError(_controller, error) {
      end(() => reject(toTransportError(error, where, controller !== undefined)));
      context.pool.release(client);
    },
  };

  signal.addEventListener("abort", onAbort, { once: true });
  client.dispatch(
    {
      method: request.method,
      path: request.path,
      headers: request.headers,
      body: toUndiciBody(request.body),
      reset: !context.reuse,
    },
    handler,
  );
}

function readLength(value: string | string[] | undefined): number | undefined {
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** undici takes any iterable of bytes, which its types leave out. */
function toUndiciBody(body: RequestBody | null): Uint8Array | null {
  return body as Uint8Array | null;
}
