import { largestAutoBatch } from "../batching/batch-tuner.ts";
import type { GatherOptions } from "../flow/gather.ts";
import { shielded, tellAll, type Observe } from "../layers/observe.ts";
import { logEvents } from "../layers/log-events.ts";
import { createTally, type EndpointCount, type Tally } from "../layers/tally.ts";
import type {
  ModelStats,
  ModelTelemetry,
  Telemetry,
  TelemetrySubject,
} from "../layers/telemetry.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { Clock } from "../transport/clock.ts";
import { atLevel, type Logger, type LogLevel } from "../transport/logger.ts";
import { isReporting } from "../transport/report.ts";
import { isServer, type ServerApi } from "../transport/server-api.ts";
import type { Transport } from "../transport/transport.ts";

/** Everybody who watches a model. */
export interface Observers {
  readonly tally: Tally;
  readonly telemetry: ModelTelemetry | undefined;
  /** Tells the tally, the caller's observer and telemetry. */
  readonly observe: Observe;
  /** What gatherers tell, and whom they ask; nothing when nobody watches. */
  readonly gathering: Pick<GatherOptions<never, never>, "observe" | "origin">;
  /** The caller's alone: telemetry times exchanges by a layer of its own. */
  readonly tellAttempts: Observe | undefined;
}

/** Who wants to watch, beside the model's own statistics. */
export interface Watchers {
  readonly observe?: Observe;
  readonly telemetry?: Telemetry;
  readonly logger?: Logger;
  readonly logLevel?: LogLevel;
}

/** @param stats - not asked before the model is made */
export function openObservers(
  watchers: Watchers,
  options: ModelOptions,
  transport: Transport,
  clock: Clock,
  stats: () => ModelStats,
): Observers {
  const telemetry = watchers.telemetry?.open({
    model: options.model,
    transport: transport.name,
    servers: isReporting(transport) ? transport.report().servers : [],
    batchSize: options.batchSize === "auto" ? largestAutoBatch : options.batchSize,
    clock,
    stats,
    ...(isServer(transport) ? { serverStatistics: askServer(transport, options) } : {}),
  });
  const told = [watchers.observe, telemetry?.observe, logging(watchers, options, transport)]
    .filter((one) => one !== undefined)
    .map(shielded);
  const tell = told.length === 0 ? undefined : tellAll(told);
  const tally = createTally(clock, endpointsOf(transport, options), tell);
  return {
    tally,
    telemetry,
    gathering: {
      ...(tell === undefined ? {} : { observe: tell }),
      ...(telemetry?.origin === undefined ? {} : { origin: telemetry.origin }),
    },
    observe: tellAll([tally.observe, ...told]),
    tellAttempts: watchers.observe === undefined ? undefined : told[0],
  };
}

/** Circuits are watched where there are several endpoints or a breaker, health where it is checked. */
function endpointsOf(
  { endpoints = [] }: Transport,
  { circuitBreaker, healthCheck }: ModelOptions,
): readonly EndpointCount[] {
  const hasCircuit = circuitBreaker !== undefined || healthCheck !== undefined;
  const count = (more: Partial<EndpointCount>): EndpointCount => ({
    circuit: hasCircuit || endpoints.length > 1 ? "closed" : undefined,
    openings: 0,
    ready: healthCheck === undefined ? undefined : true,
    ...more,
  });
  if (endpoints.length <= 1) return [count({})];
  return endpoints.map((endpoint) => count({ endpoint }));
}

function askServer(
  transport: Transport & ServerApi,
  { model }: ModelOptions,
): NonNullable<TelemetrySubject["serverStatistics"]> {
  const { endpoints = [] } = transport;
  return (endpoint, signal) =>
    transport.modelStatistics(model, {
      signal,
      ...(endpoints.includes(endpoint) ? { endpoint } : {}),
    });
}

function logging(
  { logger: own, logLevel = "debug" }: Watchers,
  { model }: ModelOptions,
  transport: Transport,
): Observe | undefined {
  const given = own ?? (isReporting(transport) ? transport.report().logger : undefined);
  const logger = given === undefined ? undefined : atLevel(given, logLevel);
  return logger === undefined ? undefined : logEvents(logger, model.name);
}
