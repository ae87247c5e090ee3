import { randomBytes } from "node:crypto";
import {
  createEndpointGroup,
  idleClock,
  parseConnectionOptions,
  sumOfPools,
  type Call,
  type ConnectionOptions,
  type InferenceRequest,
  type InferenceResponse,
  type PoolStats,
  type ReportingTransport,
  type ServerAddress,
  type ServerApi,
  type ServerFacts,
  type StreamingTransport,
} from "@nereid/core/transport-kit";
import { generateOver } from "./generate/generate.ts";
import { createModelFacts } from "./generate/model-facts.ts";
import { streamOver, type StreamContext } from "./generate/stream.ts";
import { logConnections } from "./connection-events.ts";
import { createHttpClient } from "./http-client.ts";
import { createInfer } from "./infer.ts";
import type { HttpTransportContext, HttpTransportOptions } from "./options.ts";
import { environmentLogger, nodeResolvers } from "./resolvers.ts";
import { createServerCalls } from "./server-calls.ts";
import { createWork } from "./work.ts";

/** V2 over HTTP, with Triton's extensions and the calls of a server. */
export interface HttpTransport extends StreamingTransport, ReportingTransport, ServerApi {
  /**
   * Sends one request to `generate`, whose answer the model gives once.
   *
   * Triton's form there has neither datatypes nor shapes: an input's elements travel in one row, so that
   * its shape must be the one that the model's metadata gives to that many elements.
   *
   * @throws as `infer` does; EncodeError for a sequence, priority, queue timeout, FP16 and BF16 too;
   *   ServerError also when the model gave no answer or several
   */
  generate(request: InferenceRequest, call: Call): Promise<InferenceResponse>;
  /**
   * Sends each request, all to one model, to `generate_stream` when the answers to the one before have been
   * read, and yields the answers in order. A decoupled model gives any number of them for each.
   *
   * Nothing is sent before the first answer is asked for. What is not read stays with the server. Leaving
   * the loop closes the exchange; the call's signal and deadline bound the whole stream. Nothing is ever
   * sent again.
   *
   * @throws as `generate` does; DeadlineError; an error behind an answer to the same request is not
   *   retryable
   */
  stream(requests: AsyncIterable<InferenceRequest>, call: Call): AsyncIterable<InferenceResponse>;
  /**
   * The connections to all endpoints together, now; transports with equal settings to one origin share
   * them.
   */
  readonly poolStats: PoolStats;
}

const contextNames: readonly string[] = ["log", "logger", "clock", "wallNow", "lookup", "connect"];

/**
 * Makes a transport to one endpoint, or to several with the same models. No connection is made before
 * the first call.
 *
 * @throws OptionsError listing every problem
 */
export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  return openHttpTransport(parseConnectionOptions(options, contextNames, nodeResolvers), options);
}

/** Makes a transport of parsed options. */
export function openHttpTransport(
  options: ConnectionOptions,
  context: HttpTransportContext = {},
): HttpTransport {
  const { log = writeLine, logger = environmentLogger() } = context;
  if (options.tls.insecure) log("TLS certificates are not checked (tls-insecure)");
  const open = (endpoint: string): HttpTransport =>
    openOne(
      { ...options, endpoint },
      { ...context, log, ...(logger === undefined ? {} : { logger }) },
    );
  const endpoints = options.endpoint.split(",");
  return endpoints.length === 1 ? open(options.endpoint) : openGroup(endpoints, open);
}

function openGroup(
  endpoints: readonly string[],
  open: (endpoint: string) => HttpTransport,
): HttpTransport {
  const group = createEndpointGroup("http", endpoints, open);
  return {
    ...group,
    generate: (request, call) =>
      group.use(call, request.sequence, (one) => one.generate(request, call)),
    get poolStats() {
      return sumOfPools(group.members.map(({ poolStats }) => poolStats));
    },
  };
}

function openOne(
  options: ConnectionOptions,
  context: HttpTransportContext & { readonly log: (line: string) => void },
): HttpTransport {
  const { clock = idleClock, logger } = context;
  const client = createHttpClient(options, { ...context, clock });
  const { facts, ...calls } = createServerCalls(client);
  const prefix = randomBytes(6).toString("base64url");
  let sent = 0;
  const createId = (): string => `${prefix}-${(sent += 1).toString(36)}`;
  const work = createWork(`transport to ${new URL(options.endpoint).origin}`);
  const streamContext: StreamContext = {
    client,
    options,
    createId,
    serverFacts: facts,
    modelFacts: createModelFacts(calls.metadata),
    clock,
    work,
  };
  const servers = [serverOf(options.endpoint)];
  const stopLogging =
    logger === undefined
      ? () => undefined
      : logConnections(new URL(options.endpoint).origin, logger);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      // One that still asks for the server's extensions holds no connection, but is under way as well.
      await work.end();
      await client.close();
      stopLogging();
    })();
    return closing;
  };

  return {
    ...calls,
    name: "http",
    infer: createInfer({
      client,
      options,
      work,
      createId,
      isBinary: (call) =>
        options.binaryData === "auto" ? binaryOf(facts(call)) : options.binaryData,
    }),
    async generate(request, call) {
      const finish = work.begin();
      try {
        return await generateOver(streamContext, request, call);
      } catch (error) {
        throw client.redact(error);
      } finally {
        finish();
      }
    },
    stream: (requests, call) => streamOver(streamContext, requests, call),
    get poolStats() {
      return client.stats;
    },
    report: () => ({
      servers,
      pool: client.stats,
      ...(logger === undefined ? {} : { logger }),
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Without a port in the URL, it is the one of the scheme. */
function serverOf(endpoint: string): ServerAddress {
  const { hostname, port, protocol } = new URL(endpoint);
  return { endpoint, address: hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) };
}

function binaryOf(facts: ServerFacts | Promise<ServerFacts>): boolean | Promise<boolean> {
  return facts instanceof Promise ? facts.then(({ binary }) => binary) : facts.binary;
}

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`);
}
