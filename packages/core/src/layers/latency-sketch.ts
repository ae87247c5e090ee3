/** Latencies in milliseconds. Quantiles are at most 5 % above the truth; 0 when there are none. */
export interface LatencySummary {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  /** Exact. */
  readonly max: number;
}

/** Remembers latencies in a fixed amount of memory. */
export interface LatencySketch {
  /** @param durationMs - from 0 on */
  add(durationMs: number): void;
  summary(): LatencySummary;
}

const growth = 1.05;
const leastMs = 0.01;
/** Up to 47 minutes; what is longer counts into the last one. */
const bucketCount = 400;
const logGrowth = Math.log(growth);

/**
 * A histogram whose buckets grow by 5 %, from 10 µs on.
 *
 * @see Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable quantile sketch"
 */
export function createLatencySketch(): LatencySketch {
  const buckets = new Float64Array(bucketCount);
  let count = 0;
  let sum = 0;
  let max = 0;

  const quantile = (share: number): number => {
    const rank = Math.ceil(share * count);
    let seen = 0;
    for (const [index, inBucket] of buckets.entries()) {
      seen += inBucket;
      if (seen >= rank) return Math.min(max, leastMs * growth ** index);
    }
    return max;
  };

  return {
    add(durationMs) {
      count += 1;
      sum += durationMs;
      if (durationMs > max) max = durationMs;
      const index =
        durationMs <= leastMs ? 0 : Math.ceil(Math.log(durationMs / leastMs) / logGrowth);
      const at = Math.min(index, bucketCount - 1);
      buckets[at] = (buckets[at] ?? 0) + 1;
    },
    summary() {
      if (count === 0) return { count, mean: 0, p50: 0, p90: 0, p99: 0, max };
      const mean = sum / count;
      return { count, mean, p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), max };
    },
  };
}
