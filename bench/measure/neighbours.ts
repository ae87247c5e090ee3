import type { ReportRow } from "../suite.ts";
import { processMeter } from "./meter.ts";

/** A larger share makes figures worthless: who waits is woken late, and does more at once. */
export const mostWaiting = 0.25;

/** Makes a row noisy that was measured while neighbours had much of this thread's core. */
export async function* withoutNeighbours(
  rows: AsyncIterable<ReportRow>,
): AsyncGenerator<ReportRow> {
  const { now, waitedMs } = processMeter;
  let [start, waited, share] = [now(), waitedMs(), 0];
  for await (const row of rows) {
    const tookMs = now() - start;
    // Rows that come together were measured together.
    if (tookMs > 50) share = (waitedMs() - waited) / tookMs;
    yield share > mostWaiting ? disturbed(row, share) : row;
    [start, waited] = [now(), waitedMs()];
  }
}

/** What is said of a row that was measured while others had the core for a share of the time. */
export function disturbed(row: ReportRow, share: number): ReportRow {
  if (row.verdict !== "pass" && row.verdict !== "fail") return row;
  const reason = `others had the client's core for ${Math.round(share * 100)} % of the time`;
  const note = row.note === undefined ? reason : `${reason}; ${row.note}`;
  return { ...row, verdict: "noisy", note };
}
