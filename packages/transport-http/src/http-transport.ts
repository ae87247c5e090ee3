import { randomBytes } from "node:crypto";
import {
  ClosedError,
  parseConnectionOptions,
  systemClock,
  type Call,
  type ConnectionOptions,
  type ServerApi,
  type Transport,
} from "@nereid/core/transport-kit";
import { createBinaryForm } from "./binary-form.ts";
import type { PoolStats } from "./connection-pool.ts";
import { createHttpClient } from "./http-client.ts";
import { inferOver } from "./infer.ts";
import type { HttpTransportContext, HttpTransportOptions } from "./options.ts";
import { monitorPool } from "./pool-monitor.ts";
import { createServerCalls } from "./server-calls.ts";

/** V2 over HTTP, with Triton's extensions and the calls of a server. */
export interface HttpTransport extends Transport, ServerApi {
  /** The connections to the endpoint, now. */
  readonly poolStats: PoolStats;
}

const contextNames: readonly string[] = ["log", "clock", "wallNow", "connect"];

/**
 * Makes a transport to one endpoint. No connection is made before the first call.
 *
 * @throws OptionsError listing every problem
 */
export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  return openHttpTransport(parseConnectionOptions(options, contextNames), options);
}

/** Makes a transport of parsed options. */
export function openHttpTransport(
  options: ConnectionOptions,
  context: HttpTransportContext = {},
): HttpTransport {
  const { log = () => undefined, clock = systemClock } = context;
  if (options.tls.insecure) log("TLS certificates are not checked (tls-insecure)");
  const client = createHttpClient(options, context);
  const calls = createServerCalls(client);
  const binaryForm = createBinaryForm(options.binaryData, calls.serverMetadata);
  const stopMonitor = options.pool.monitoring ? monitorPool(() => client.stats, log, clock) : noop;
  const prefix = randomBytes(6).toString("base64url");
  let sent = 0;
  const inferContext = { client, options, createId: () => `${prefix}-${(sent += 1).toString(36)}` };
  let closing: Promise<void> | undefined;

  const guard = (): void => {
    if (closing !== undefined) {
      throw new ClosedError(`${options.endpoint}: expected the transport open, found it closed`);
    }
  };
  const close = (): Promise<void> => {
    stopMonitor();
    closing ??= client.close();
    return closing;
  };

  return {
    ...calls,
    name: "http",
    async infer(request, call: Call) {
      guard();
      const binary = binaryForm(call);
      const form = typeof binary === "boolean" ? binary : await binary;
      return inferOver(inferContext, request, call, form);
    },
    async metadata(model, call) {
      guard();
      return calls.metadata(model, call);
    },
    async ready(model, call) {
      guard();
      return calls.ready(model, call);
    },
    get poolStats() {
      return client.stats;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function noop(): void {}
