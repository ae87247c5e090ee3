import {
  classifyAnswer,
  cleanServerText,
  readErrorText,
  ServerError,
  type Call,
  type ConnectionOptions,
} from "@nereid/core/transport-kit";
import { createConnectionPool, type PoolStats } from "./connection-pool.ts";
import { createConnect } from "./connect.ts";
import { decompress } from "./decompress.ts";
import { exchange, type HttpAnswer } from "./exchange.ts";
import type { HttpTransportContext } from "./options.ts";
import type { RequestBody } from "./request-body.ts";
import { createOptionHeaders, type FlatHeaders } from "./request-headers.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** A request to the endpoint. */
export interface EndpointRequest {
  readonly method: "GET" | "POST";
  /** Behind the endpoint's own path prefix: `/v2/…`. */
  readonly path: string;
  /** Names and values, one after the other, beside those that options and the call add. */
  readonly headers: readonly string[];
  readonly body: RequestBody | null;
}

/** Sends requests to one endpoint with its credentials. */
export interface HttpClient {
  /**
   * Sends a request; an answer of any status comes back, unpacked.
   *
   * @throws TransportError, DecodeError, or the signal's reason as it is
   */
  send(request: EndpointRequest, call: CallFacts): Promise<HttpAnswer>;
  /** The error that an answer other than 200 stands for. */
  refusal(request: EndpointRequest, answer: HttpAnswer): ServerError;
  readonly stats: PoolStats;
  close(): Promise<void>;
}

/** The parts of a call that an exchange needs. */
export type CallFacts = Pick<Call, "signal" | "headers">;

/** Makes a client of the endpoint that the options name. */
export function createHttpClient(
  options: ConnectionOptions,
  { connect, wallNow = Date.now }: HttpTransportContext,
): HttpClient {
  const { origin, pathname } = new URL(options.endpoint);
  const prefix = pathname === "/" ? "" : pathname;
  const pool = createConnectionPool(options.pool, createConnect(origin, options, connect));
  const optionHeaders = createOptionHeaders(options);
  const context = {
    pool,
    origin,
    maxResponseBytes: options.maxResponseBytes,
    reuse: options.pool.reuse,
  };
  const whereOf = ({ method, path }: EndpointRequest): string =>
    `${method} ${origin}${prefix}${path}`;

  const sendWith = async (
    own: FlatHeaders,
    request: EndpointRequest,
    call: CallFacts,
  ): Promise<HttpAnswer> => {
    for (const name in call.headers) own.push(name, call.headers[name] ?? "");
    for (const item of request.headers) own.push(item);
    if (options.responseCompression) own.push("accept-encoding", "gzip, deflate");
    const { method, path, body } = request;
    const sent = { method, path: prefix + path, headers: own, body, signal: call.signal };
    const answer = await exchange(context, sent);
    const encoding = answer.headers["content-encoding"];
    if (encoding === undefined) return answer;
    const unpacked = await decompress(
      answer.body,
      encoding,
      options.maxResponseBytes,
      whereOf(request),
    );
    return { ...answer, body: unpacked };
  };

  return {
    async send(request, call) {
      const own = optionHeaders.get();
      const answer = await sendWith(own instanceof Promise ? await own : own, request, call);
      if (answer.status === 401) optionHeaders.forget();
      return answer;
    },
    refusal(request, { status, headers, body }) {
      const text = readErrorText(body);
      const retryAfterMs = parseRetryAfter(headers["retry-after"], wallNow());
      // A redirect is never followed: it would carry rows and credentials to another place.
      const outcome = status < 400 ? "unsupported" : classifyAnswer("http", status, text);
      const found = cleanServerText(text);
      return new ServerError(
        `${whereOf(request)}: expected status 200, found ${status}${found === "" ? "" : ` with "${found}"`}`,
        {
          outcome,
          status,
          serverText: found,
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        },
      );
    },
    get stats() {
      return pool.stats;
    },
    close: () => pool.close(),
  };
}
