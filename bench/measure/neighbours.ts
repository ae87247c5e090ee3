import { readFileSync } from "node:fs";
import type { ReportRow } from "../suite.ts";

/** A larger share makes figures worthless: who waits is woken late, and does more at once. */
const mostWaiting = 0.25;

/**
 * How long this thread was ready to run while others had its core, in milliseconds since it began.
 * Always 0 where the system does not tell.
 *
 * @see Linux, Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat
 */
function waitedMs(): number {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Makes a row noisy that was measured while neighbours had much of this thread's core. */
export async function* withoutNeighbours(
  rows: AsyncIterable<ReportRow>,
): AsyncGenerator<ReportRow> {
  let [start, waited, share] = [performance.now(), waitedMs(), 0];
  for await (const row of rows) {
    const tookMs = performance.now() - start;
    // Rows that come together were measured together.
    if (tookMs > 50) share = (waitedMs() - waited) / tookMs;
    const isJudged = row.verdict === "pass" || row.verdict === "fail";
    if (isJudged && share > mostWaiting) {
      const reason = `others had the client's core for ${Math.round(share * 100)} % of the time`;
      const note = row.note === undefined ? reason : `${reason}; ${row.note}`;
      yield { ...row, verdict: "noisy", note };
    } else yield row;
    [start, waited] = [performance.now(), waitedMs()];
  }
}
