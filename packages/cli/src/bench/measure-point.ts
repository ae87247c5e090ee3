import { createModel, type Clock, type Layer } from "@nereid/core";
import type { ServerTransport } from "../server/open-transport.ts";

/** A record as it is sent. */
export type BenchRecord = Readonly<Record<string, unknown>>;

/** What a point of the curve is measured with. */
export interface PointSetup {
  readonly transport: ServerTransport;
  readonly model: { readonly name: string; readonly version?: string };
  /** Sent again and again, one behind the other. */
  readonly records: readonly BenchRecord[];
  readonly batchSize: number;
  readonly inFlight: number;
  /** How long is measured, behind a quarter of it that is not. */
  readonly durationMs: number;
  readonly clock: Clock;
  readonly drain: AbortSignal;
}

/** One point of the curve. */
export interface Point {
  readonly batchSize: number;
  readonly inFlight: number;
  readonly rowsPerSecond: number;
  /** Of a request with its batch, from the call to the rows; NaN where none was answered. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failedRows: number;
  /** Why the first row failed. */
  readonly failure: string | undefined;
}

/** Keeps `inFlight` batches under way for a while, and looks at what comes out. */
export async function measurePoint(setup: PointSetup): Promise<Point> {
  const { transport, batchSize, inFlight, durationMs, clock, drain } = setup;
  const begin = clock.now() + durationMs / 4;
  const end = begin + durationMs;
  const latencies: number[] = [];
  const stopwatch: Layer = (next) => async (request, call) => {
    const start = clock.now();
    const response = await next(request, call);
    if (start >= begin) latencies.push(clock.now() - start);
    return response;
  };
  await using model = await createModel({
    transport,
    closeTransport: false,
    model: setup.model,
    batchSize,
    maxInFlight: inFlight,
    maxRetries: 0,
    layers: (standard) => [stopwatch, ...standard],
    signal: drain,
    clock,
  });
  let rows = 0;
  let failedRows = 0;
  let failure: string | undefined;
  let last = begin;
  // A machine that is held up for longer than the duration still has something to tell.
  const isOver = (): boolean => clock.now() >= end && (latencies.length > 0 || failedRows > 0);
  const flow = { ordered: false, window: batchSize * inFlight, signal: drain };
  for await (const settled of model.settleAll(cycle(setup.records, isOver), flow)) {
    const now = clock.now();
    if (settled.outcome === "failed") {
      failedRows += 1;
      failure ??= settled.error.message;
    }
    if (now < begin || (now > end && rows > 0)) continue;
    last = now;
    rows += settled.outcome === "failed" ? 0 : 1;
  }
  latencies.sort((left, right) => left - right);
  return {
    batchSize,
    inFlight,
    rowsPerSecond: last > begin ? (1000 * rows) / (last - begin) : 0,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    failedRows,
    failure,
  };
}

/** The records again and again, until it is over. */
function* cycle(
  records: readonly BenchRecord[],
  isOver: () => boolean,
): Generator<BenchRecord, void, undefined> {
  while (!isOver()) yield* records;
}

/** By nearest rank, of values in order. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
