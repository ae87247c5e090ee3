import { openRowModel, predictEach } from "../batching/row-models.ts";
import { startServer } from "../servers/start-server.ts";
import { createStreamWork, openEchoModel } from "../streams/suite.ts";
import { driveArray, driveDuplex, driveIterator } from "../streams/drivers.ts";
import {
  demandOf,
  verdictOf,
  type Axis,
  type Chart,
  type CurveContext,
  type Point,
} from "./curve.ts";
import { measureCurves } from "./measure-curve.ts";

const rowsOfRequest = [1, 8, 32, 128, 512];
const windows = [1, 8, 64, 512, 4096];

/** Rows that share a request. */
export const rowsPerRequest: Axis = { name: "rows-per-request", seconds: 12, run: runRequests };

async function runRequests(context: CurveContext): Promise<readonly Chart[]> {
  const server = await startServer("http");
  const url = `http://127.0.0.1:${server.port}`;
  const places = rowsOfRequest.map(async (rows) => ({
    x: rows,
    work: predictEach(await openRowModel(url, rows), 16),
  }));
  const [curve] = await measureCurves([await Promise.all(places)], context);
  server.stop();
  const costs = curve?.points ?? [];
  const spread = curve?.spread ?? Number.NaN;
  const points = costs.map(([x, us]): Point => [x, 1e6 / us]);
  const isMonotone = points.every(([, rate], index) => rate >= (points[index - 1]?.[1] ?? 0));
  return [
    {
      chart: "rows-per-request",
      title: "Rows in a second of the client's CPU as more share a request",
      x: { label: "rows per request, 64 B each" },
      y: { label: "rows per second of CPU time", scale: "log" },
      series: [{ name: "predict over HTTP", points }],
      demand: { text: "never falls", lines: [], verdict: verdictOf(isMonotone, spread) },
      spread,
      note: "8 requests in flight, a promise for each row",
    },
  ];
}

/** Rows that a stream has under way. */
export const streamWindow: Axis = { name: "stream-window", seconds: 28, run: runWindows };

async function runWindows(context: CurveContext): Promise<readonly Chart[]> {
  await using model = await openEchoModel("next turn");
  const drivers = [
    { name: "array form", drive: driveArray },
    { name: "async iterator", drive: driveIterator },
    { name: "Duplex", drive: driveDuplex },
  ];
  const places = drivers.map(({ drive }) =>
    windows.map((x) => ({ x, work: createStreamWork(drive, model, x) })),
  );
  const curves = await measureCurves(places, context);
  const series = drivers.map(({ name }, index) => ({ name, points: curves[index]?.points ?? [] }));
  const spread = Math.max(...curves.map((curve) => curve.spread));
  const duplex = series.at(-1)?.points ?? [];
  const bound = 1.5 * Math.min(...duplex.map(([, us]) => us));
  const line: readonly Point[] = [
    [64, bound],
    [4096, bound],
  ];
  return [
    {
      chart: "stream-window",
      title: "Cost of a row as a stream has more under way",
      x: { label: "rows under way (window)" },
      y: { label: "CPU µs per row", scale: "log" },
      series,
      demand: demandOf("Duplex: 1.5 times its least from 64 on", duplex, [line], spread),
      spread,
      note: "batches of at most 32 rows, over a transport that answers on the next turn",
    },
  ];
}
