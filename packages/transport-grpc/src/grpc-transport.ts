import { randomBytes } from "node:crypto";
import {
  ClosedError,
  createEndpointGroup,
  createUnderWay,
  idleClock,
  monitorPool,
  systemClock,
  type Call,
  type Clock,
  type Logger,
  type PoolStats,
  type ReportingTransport,
  type ServerAddress,
  type ServerApi,
  type StreamingTransport,
} from "@nereid/core/transport-kit";
import { logConnections } from "./connection-events.ts";
import { poolOf } from "./connection-use.ts";
import { targetsOf, type Target } from "./endpoint.ts";
import { inferUnary } from "./infer-unary.ts";
import { createLink } from "./link.ts";
import {
  hasTlsOptions,
  parseGrpcOptions,
  type GrpcTransportContext,
  type GrpcTransportOptions,
  type ParsedGrpcOptions,
  type TargetOptions,
} from "./options.ts";
import { createServerCalls } from "./server-calls.ts";
import { environmentLogger } from "./resolvers.ts";
import { logStreams } from "./stream/stream-events.ts";
import { createSharedStreams } from "./stream/shared-streams.ts";
import { streamAnswers } from "./stream/stream-answers.ts";
import { createWriter } from "./wire/writer.ts";

/** V2 over gRPC, with Triton's extensions and the calls of a server. */
export interface GrpcTransport extends StreamingTransport, ReportingTransport, ServerApi {}

/**
 * Makes a transport to one endpoint or several. No connection is made before the first call.
 *
 * @throws OptionsError listing every problem
 */
export function createGrpcTransport(options: GrpcTransportOptions): GrpcTransport {
  return openGrpcTransport(parseGrpcOptions(options), options);
}

/** Makes a transport of parsed options. @throws OptionsError */
export function openGrpcTransport(
  options: ParsedGrpcOptions,
  { log = writeLine, logger = environmentLogger(), clock }: GrpcTransportContext = {},
): GrpcTransport {
  const { connection } = options;
  if (connection.tls.insecure) log("TLS certificates are not checked (tls-insecure)");
  const monitor = (pool: () => PoolStats): (() => void) =>
    connection.pool.monitoring ? monitorPool(pool, log, clock ?? idleClock) : nothing;
  const open = (target: Target): GrpcTransport =>
    openOne({ ...options, target }, { clock: clock ?? systemClock, logger, monitor });
  const targets = targetsOf(connection.endpoint, hasTlsOptions(connection));
  const [first] = targets;
  if (first === undefined) throw new RangeError("expected an endpoint, found none");
  if (targets.length === 1) return open(first);
  const byAddress = new Map(targets.map((target) => [target.address, target]));
  return createEndpointGroup("grpc", [...byAddress.keys()], (address) =>
    open(byAddress.get(address) ?? first),
  );
}

/** What watches a transport and tells it the time. */
interface Surroundings {
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** @returns a function that ends it */
  readonly monitor: (pool: () => PoolStats) => () => void;
}

function openOne(options: TargetOptions, { clock, logger, monitor }: Surroundings): GrpcTransport {
  const { target, own } = options;
  const link = createLink(options, clock);
  const underWay = createUnderWay();
  const prefix = randomBytes(6).toString("base64url");
  let sent = 0;
  const context = {
    link,
    clock,
    underWay,
    writer: createWriter(),
    createId: () => `${prefix}-${(sent += 1).toString(36)}`,
  };
  const servers = [serverOf(target)];
  const ends: (() => void)[] =
    logger === undefined
      ? []
      : [logStreams(target.address, logger), logConnections(target.address, logger)];
  let closing: Promise<void> | undefined;

  const open = (): void => {
    if (closing === undefined) return;
    throw new ClosedError(
      `transport to ${target.address}: expected it to be open, found it closed`,
    );
  };
  const close = (): Promise<void> => {
    closing ??= underWay.drained().then(() => {
      shared?.close();
      link.close();
      for (const end of ends) end();
    });
    return closing;
  };
  const { facts, ...calls } = createServerCalls(async (method, bytes, call) => {
    open();
    return underWay.track(() => link.unary(method, bytes, { ...plainCall, ...call }));
  });
  const shared =
    own.mode === "stream"
      ? createSharedStreams(context, options, clock, { facts, metadata: calls.metadata })
      : undefined;
  const pool = (): PoolStats => poolOf([...link.uses(), ...(shared?.uses() ?? [])]);
  ends.push(monitor(pool));

  return {
    ...calls,
    name: "grpc",
    async infer(request, call) {
      open();
      return underWay.track(() =>
        shared?.carries(request, call) === true
          ? shared.infer(request, call)
          : inferUnary(context, request, call),
      );
    },
    async *stream(requests, call) {
      open();
      const leave = underWay.enter();
      try {
        yield* streamAnswers(context, requests, call);
      } catch (error) {
        throw link.redact(error);
      } finally {
        leave();
      }
    },
    report: () => ({ servers, pool: pool(), ...(logger === undefined ? {} : { logger }) }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const plainCall: Call = { signal: new AbortController().signal, headers: {}, attempt: 1 };

function serverOf({ address: endpoint, host, port, path }: Target): ServerAddress {
  return path === undefined ? { endpoint, address: host, port } : { endpoint, address: path };
}

function nothing(): void {}

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`);
}
