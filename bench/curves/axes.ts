import { concurrency } from "./concurrency.ts";
import type { Axis } from "./curve.ts";
import { keys, streamRows } from "./long-streams.ts";
import { rowsPerRequest, streamWindow } from "./rows.ts";
import { tensorSizes } from "./tensor-size.ts";

/** Every axis, in the order of the page. */
export const axes: readonly Axis[] = [
  concurrency,
  ...tensorSizes,
  rowsPerRequest,
  streamWindow,
  streamRows,
  keys,
];
