import {
  classifyAnswer,
  createOptionHeaders,
  DecodeError,
  joinHeaders,
  orAborted,
  readErrorText,
  redactError,
  ServerError,
  type Call,
  type ConnectionOptions,
  type FlatHeaders,
  type InferenceError,
  type Redact,
  type PoolStats,
} from "@nereid/core/transport-kit";
import { headerText } from "./answer-headers.ts";
import { createConnectionPool } from "./connection-pool.ts";
import { createConnector } from "./connector.ts";
import { decompress } from "./decompress.ts";
import { addressOf, type HttpAnswer, type HttpRequest, type ReceivedAnswer } from "./exchange.ts";
import type { StreamedAnswer } from "./generate/streamed-answer.ts";
import type { HttpTransportContext } from "./options.ts";
import { isOwnedHeader } from "./owned-headers.ts";
import { poolKey } from "./pool-key.ts";
import { createPoolRegistry } from "./pool-registry.ts";
import type { RequestBody } from "./request-body.ts";
import { parseRetryAfter } from "./retry-after.ts";
import { createWork } from "./work.ts";

/** A request to the endpoint. */
export interface EndpointRequest {
  readonly method: "GET" | "POST";
  /** Behind the endpoint's own path prefix: `/v2/…`. */
  readonly path: string;
  /** Names and values, one after the other, beside those that options and the call add. */
  readonly headers: readonly string[];
  readonly body: RequestBody | undefined;
}

/** The parts of a call that an exchange needs. */
export type CallFacts = Pick<Call, "signal" | "headers" | "stop">;

/** Sends requests to one endpoint with its credentials. */
export interface HttpClient {
  /**
   * Sends a request; an answer of any status comes back, unpacked.
   *
   * @throws TransportError, DecodeError, EncodeError, ClosedError, or the signal's reason as it is
   */
  send(request: EndpointRequest, call: CallFacts): Promise<ReceivedAnswer>;
  /**
   * Sends a request; the answer of any status comes back before its body does, as it is on the wire. The
   * caller reads it to its end or leaves it.
   *
   * @throws as `send` does
   */
  open(request: EndpointRequest, call: CallFacts): Promise<StreamedAnswer>;
  /** The error that an answer other than 200 stands for. */
  refusal(request: EndpointRequest, answer: HttpAnswer): InferenceError;
  /** Takes the credentials that were last sent out of an error's texts. */
  redact(error: unknown): unknown;
  /** Method and address of a request, for messages. */
  where(request: EndpointRequest): string;
  /** Of the pool, which others may use as well. */
  readonly stats: PoolStats;
  /** Refuses what comes, waits for what came, lets go of the connections. */
  close(): Promise<void>;
}

/** What a client takes from outside. */
export type ClientContext = HttpTransportContext &
  Required<Pick<HttpTransportContext, "log" | "clock">>;

/** The pools of this process; a worker thread has its own. */
const pools = createPoolRegistry();

/** Makes a client of the endpoint that the options name. Clients whose connections may be shared do so. */
export function createHttpClient(
  options: ConnectionOptions,
  { log, clock, connect, lookup, wallNow = Date.now }: ClientContext,
): HttpClient {
  const { origin, pathname } = new URL(options.endpoint);
  const prefix = pathname === "/" ? "" : pathname;
  const { maxResponseBytes } = options;
  // Two functions cannot be told to be the same, so who brings one has a pool of their own.
  const isOwn = connect !== undefined || lookup !== undefined;
  const lease = pools.lease(isOwn ? undefined : poolKey(origin, options), () =>
    createConnectionPool({
      ...options.pool,
      origin,
      connect: connect ?? createConnector(options, lookup),
      maxResponseBytes,
    }),
  );
  const { pool } = lease;
  if (options.pool.monitoring) lease.monitor(log, clock);
  const work = createWork(`transport to ${origin}`);
  const optionHeaders = createOptionHeaders(options);
  const accepted = options.responseCompression ? ["accept-encoding", "gzip, deflate"] : [];
  const where = ({ method, path }: EndpointRequest): string =>
    addressOf(origin, { method, path: prefix + path });

  /** A promise only while a secret has to be asked for: a request is in line at once otherwise. */
  const base = (signal: AbortSignal): FlatHeaders | Promise<FlatHeaders> => {
    const asked = optionHeaders.get();
    return asked instanceof Promise ? orAborted(asked, signal) : asked;
  };
  const complete = (
    { method, path, headers, body }: EndpointRequest,
    call: CallFacts,
    first: FlatHeaders,
    more: readonly string[],
  ): HttpRequest => {
    const all = joinHeaders(first, call.headers, isOwnedHeader);
    all.push(...headers, ...more);
    return { method, path: prefix + path, headers: all, body };
  };

  const received = (
    request: EndpointRequest,
    answer: ReceivedAnswer,
  ): ReceivedAnswer | Promise<ReceivedAnswer> => {
    if (answer.status === 401) optionHeaders.forget();
    const encoding = answer.headers["content-encoding"];
    return encoding === undefined ? answer : unpack(request, answer, encoding);
  };
  const unpack = async (
    request: EndpointRequest,
    answer: ReceivedAnswer,
    encoding: string | string[],
  ): Promise<ReceivedAnswer> => {
    const unpacked = decompress(answer.body, encoding, maxResponseBytes, where(request));
    return { ...answer, body: await unlessRefused(answer, unpacked) };
  };

  return {
    // Each request passes here: one promise, and an async function only for what is rare.
    send: (request, call) =>
      new Promise((resolve, reject) => {
        const finish = work.begin();
        const fail = (reason: unknown): void => {
          finish();
          reject(reason);
        };
        const answered = (answer: ReceivedAnswer): void => {
          finish();
          resolve(received(request, answer));
        };
        const go = (first: FlatHeaders): void => {
          const sent = complete(request, call, first, accepted);
          pool.send(sent, call, { resolve: answered, reject: fail });
        };
        try {
          const asked = base(call.signal);
          if (asked instanceof Promise) asked.then(go).catch(fail);
          else go(asked);
        } catch (error) {
          fail(error);
        }
      }),
    async open(request, call) {
      const first = await base(call.signal);
      const answer = await pool.open(complete(request, call, first, []), call.signal);
      if (answer.status === 401) optionHeaders.forget();
      return answer;
    },
    refusal: (request, answer) =>
      refusalOf(where(request), answer, wallNow(), optionHeaders.redact),
    redact: (error) => redactError(error, optionHeaders.redact),
    where,
    get stats() {
      return pool.stats;
    },
    async close() {
      await work.end();
      await lease.release();
    },
  };
}

function refusalOf(
  where: string,
  { status, headers, body }: HttpAnswer,
  wallMs: number,
  redact: Redact,
): InferenceError {
  const expected = `${where}: expected status 200, found ${status}`;
  if (status < 300) return new DecodeError(expected);
  const serverText = redact(readErrorText(body));
  const retryAfterMs = parseRetryAfter(headerText(headers, "retry-after"), wallMs);
  return new ServerError(serverText === "" ? expected : `${expected} with "${serverText}"`, {
    // A redirect is never followed: it would carry rows and credentials to another place.
    outcome: status < 400 ? "unsupported" : classifyAnswer("http", status, serverText),
    status,
    serverText,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** A refusal is one even when its text cannot be unpacked. */
async function unlessRefused(
  { status }: HttpAnswer,
  unpacked: Promise<Uint8Array>,
): Promise<Uint8Array> {
  try {
    return await unpacked;
  } catch (error) {
    if (status === 200) throw error;
    return new Uint8Array();
  }
}
