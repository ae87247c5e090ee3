/** Counts of the last seconds. */
export interface SlidingWindow {
  /** Counts one result at a time that never goes back, in milliseconds. */
  add(failed: boolean, now: number): void;
  /** Results of the window that ends now. */
  total(now: number): number;
  /** Failures among them. */
  failures(now: number): number;
}

interface Bucket {
  /** Number of the slice of time that it counts. */
  slice: number;
  total: number;
  failures: number;
}

/**
 * A window over time and not over calls: after a long healthy while it takes the failures of the last
 * seconds to fill it, and not thousands of them.
 *
 * @param lengthMs - length of the window; it moves on in steps of a tenth
 */
export function createSlidingWindow(lengthMs: number): SlidingWindow {
  const bucketCount = 10;
  const sliceMs = lengthMs / bucketCount;
  const buckets: Bucket[] = Array.from({ length: bucketCount }, () => ({
    slice: Number.NEGATIVE_INFINITY,
    total: 0,
    failures: 0,
  }));

  const sum = (count: "total" | "failures", now: number): number => {
    const oldest = Math.floor(now / sliceMs) - bucketCount;
    return buckets.reduce((sum, bucket) => (bucket.slice > oldest ? sum + bucket[count] : sum), 0);
  };

  return {
    add(failed, now) {
      const slice = Math.floor(now / sliceMs);
      const bucket = buckets[slice % bucketCount];
      if (bucket === undefined) return;
      if (bucket.slice !== slice) {
        bucket.slice = slice;
        bucket.total = 0;
        bucket.failures = 0;
      }
      bucket.total += 1;
      if (failed) bucket.failures += 1;
    },
    total: (now) => sum("total", now),
    failures: (now) => sum("failures", now),
  };
}
