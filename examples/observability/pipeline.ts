import { createModel, float32, int32, type Telemetry } from "@nereid/core";
import { createHttpTransport } from "@nereid/transport-http";

export { startMetricsServer, type MetricsServer } from "./metrics-server.ts";

/** Where the models are, and who watches them. */
export interface PipelineOptions {
  /** A V2 server with the models `poison` and `accumulator`. */
  readonly endpoint: string;
  readonly telemetry: Telemetry;
}

/** What the pipeline has done. */
export interface PipelineResult {
  readonly scored: number;
  readonly failed: number;
  /** The sum of each user. */
  readonly sums: ReadonlyMap<string, number>;
}

/** Everything switched on that an operator would watch. */
const watched = { circuitBreakerEnabled: true, healthCheckEnabled: true, maxRetries: 2 } as const;

/** Scores values in batches, and adds up the good ones for each of three users in a stateful model. */
export async function runPipeline(
  { endpoint, telemetry }: PipelineOptions,
  values: Iterable<number>,
): Promise<PipelineResult> {
  await using scorer = await createModel({
    transport: createHttpTransport({ endpoint }),
    model: "poison",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    batchSize: 32,
    telemetry,
    ...watched,
  });
  await using adder = await createModel({
    transport: createHttpTransport({ endpoint }),
    model: "accumulator",
    inputs: { X: int32() },
    outputs: { SUM: int32() },
    telemetry,
    ...watched,
  });
  let scored = 0;
  let failed = 0;
  async function* steps() {
    for await (const settled of scorer.settleAll(recordsOf(values))) {
      if (settled.outcome === "failed") {
        failed += 1;
        continue;
      }
      yield { X: Math.round(settled.row.OUT), user: `user-${scored % 3}` };
      scored += 1;
    }
  }
  const sums = new Map<string, number>();
  const added = adder.predictAll(steps(), { join: true, sequence: ({ user }) => user });
  for await (const { user, SUM } of added) sums.set(user, SUM);
  return { scored, failed, sums };
}

function* recordsOf(values: Iterable<number>) {
  for (const IN of values) yield { IN };
}
