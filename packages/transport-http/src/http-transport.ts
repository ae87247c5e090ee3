import { randomBytes } from "node:crypto";
import {
  ClosedError,
  createResponseDecoder,
  createUnderWay,
  parseConnectionOptions,
  systemClock,
  type Call,
  type Clock,
  type ConnectionOptions,
  type ServerApi,
  type ServerFacts,
  type Transport,
} from "@nereid/core/transport-kit";
import type { PoolStats } from "./connection-pool.ts";
import { createHttpClient } from "./http-client.ts";
import { inferOver } from "./infer.ts";
import type { HttpTransportContext, HttpTransportOptions } from "./options.ts";
import { monitorPool } from "./pool-monitor.ts";
import { nodeResolvers } from "./resolvers.ts";
import { createServerCalls } from "./server-calls.ts";

/** V2 over HTTP, with Triton's extensions and the calls of a server. */
export interface HttpTransport extends Transport, ServerApi {
  /** The connections to the endpoint, now. */
  readonly poolStats: PoolStats;
}

const contextNames: readonly string[] = ["log", "clock", "wallNow", "lookup", "connect"];

/**
 * Makes a transport to one endpoint. No connection is made before the first call.
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
  const { log = writeLine, clock = idleClock } = context;
  if (options.tls.insecure) log("TLS certificates are not checked (tls-insecure)");
  const client = createHttpClient(options, context);
  const { facts, ...calls } = createServerCalls(client);
  const binaryForm = (call: Call): boolean | Promise<boolean> =>
    options.binaryData === "auto" ? binaryOf(facts(call)) : options.binaryData;
  const stopMonitor = options.pool.monitoring ? monitorPool(() => client.stats, log, clock) : noop;
  const prefix = randomBytes(6).toString("base64url");
  let sent = 0;
  const inferContext = {
    client,
    options,
    createId: () => `${prefix}-${(sent += 1).toString(36)}`,
    decode: createResponseDecoder(),
  };
  const underWay = createUnderWay();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      stopMonitor();
      // One that still asks for the server's extensions holds no connection, but is under way as well.
      await underWay.drained();
      await client.close();
    })();
    return closing;
  };

  return {
    ...calls,
    name: "http",
    async infer(request, call) {
      if (closing !== undefined) {
        const { origin } = new URL(options.endpoint);
        throw new ClosedError(`transport to ${origin}: expected it to be open, found it closed`);
      }
      const leave = underWay.enter();
      try {
        const binary = binaryForm(call);
        const form = typeof binary === "boolean" ? binary : await binary;
        return await inferOver(inferContext, request, call, form);
      } finally {
        leave();
      }
    },
    get poolStats() {
      return client.stats;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function binaryOf(facts: ServerFacts | Promise<ServerFacts>): boolean | Promise<boolean> {
  return facts instanceof Promise ? facts.then(({ binary }) => binary) : facts.binary;
}

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The machine's clock, whose timers keep no process alive. */
const idleClock: Clock = {
  now: systemClock.now,
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

function noop(): void {}
