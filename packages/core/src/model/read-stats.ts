import { countInside, type Books } from "../flow/books.ts";
import type { Gatherer } from "../flow/gather.ts";
import type { InFlightLimit } from "../layers/adaptive-limit.ts";
import type { RetryBudget } from "../layers/retry-budget.ts";
import type { Tally } from "../layers/tally.ts";
import type { ModelStats } from "../layers/telemetry.ts";
import { isReporting } from "../transport/report.ts";
import type { Transport } from "../transport/transport.ts";

type GatherCounts = Pick<Gatherer<never, never>, "waiting" | "batches">;

/** What a model's statistics are read from. */
export interface StatsSources {
  readonly tally: Tally;
  readonly limit: InFlightLimit;
  readonly budget: RetryBudget;
  readonly transport: Transport;
  readonly books: Pick<Books, "scopes">;
  readonly gatherer: GatherCounts;
  readonly sequences: { readonly alive: number; readonly gatherer: GatherCounts };
}

/** What a model has done and is doing, as of now. */
export function readStats({
  tally,
  limit,
  budget,
  transport,
  gatherer,
  sequences,
  books,
}: StatsSources): ModelStats {
  return {
    ...tally.counts(),
    inFlight: limit.underWay,
    maxInFlight: limit.maxInFlight,
    recordsInside: countInside(books),
    recordsWaiting: gatherer.waiting + sequences.gatherer.waiting,
    batchesUnderWay: gatherer.batches + sequences.gatherer.batches,
    sequencesAlive: sequences.alive,
    retryBudgetLeft: budget.left,
    pool: isReporting(transport) ? transport.report().pool : undefined,
  };
}
