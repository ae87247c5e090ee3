/** When answers failed of late. */
export interface RecentFailures {
  /** @param batch - tells the exchanges of one batch, which all have its deadline, from others */
  add(atMs: number, batch: number | undefined): void;
  /** Did no other batch fail at that moment? */
  isAlone(atMs: number, batch: number | undefined): boolean;
}

/** What fails within this time of one another fails of the same thing: one batch of the server's. */
const sameMs = 25;
const mostKept = 256;

/** Makes the list of a model; it keeps the last ones. */
export function createRecentFailures(): RecentFailures {
  const failures: { readonly atMs: number; readonly batch: number | undefined }[] = [];
  return {
    add(atMs, batch) {
      failures.push({ atMs, batch });
      if (failures.length > mostKept) failures.shift();
    },
    isAlone: (atMs, batch) =>
      !failures.some((other) => other.batch !== batch && Math.abs(other.atMs - atMs) < sameMs),
  };
}
