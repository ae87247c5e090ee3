import { countText } from "../terminal/amounts.ts";
import type { Look } from "../terminal/look.ts";
import { renderTable } from "../terminal/table.ts";
import type { Point } from "./measure-point.ts";

/** Points as a table, with the recommended setting below. */
export function renderPoints(
  points: readonly Point[],
  recommended: Point | undefined,
  { paint, width }: Look,
): string {
  const rows = points.map((point) => [
    String(point.batchSize),
    String(point.inFlight),
    countText(point.rowsPerSecond),
    milliseconds(point.p50Ms),
    milliseconds(point.p99Ms),
    point.failedRows === 0 ? "" : countText(point.failedRows),
    point === recommended ? "recommended" : "",
  ]);
  const columns = ["batch", "in flight", "rows/s", "p50 ms", "p99 ms", "failed", ""].map(
    (title, index) => ({ title, align: index < 6 ? ("right" as const) : ("left" as const) }),
  );
  const failure = points.find((point) => point.failure !== undefined)?.failure;
  return [
    renderTable(columns, rows, width),
    "\n",
    recommended === undefined
      ? "no setting can be recommended: rows failed under all of them\n"
      : `recommended: ${paint.strong(`--batch-size ${recommended.batchSize} --max-in-flight ${recommended.inFlight}`)}\n`,
    ...(failure === undefined ? [] : [`the first failure: ${failure}\n`]),
  ].join("");
}

/** Three digits that matter. */
export function milliseconds(ms: number): string {
  if (Number.isNaN(ms)) return "";
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3);
}
