import type { Work } from "../measure/compare-work.ts";
import { openEchoModel } from "../streams/suite.ts";
import type { EchoModel, EchoRecord } from "../streams/drivers.ts";
import { keyedWindow, keyedWork, openKeyedModel } from "../streams/keyed.ts";
import { reachableBytes } from "./collect-garbage.ts";
import {
  demandOf,
  verdictOf,
  type Axis,
  type Chart,
  type CurveContext,
  type Point,
} from "./curve.ts";
import { measureCurves } from "./measure-curve.ts";

const lengths = [1e3, 1e4, 1e5, 1e6, 1e7];
const keyCounts = [1, 16, 256, 4096, 65_536, 1_000_000];
const window = 1024;
const mib = 1024 * 1024;

/** Rows that one stream carries. */
export const streamRows: Axis = { name: "stream-rows", seconds: 100, run: runLengths };

/** Records without end in sight; `onRow` sees each number before its record leaves. */
function* records(rows: number, onRow?: (row: number) => void): Generator<EchoRecord> {
  for (let row = 1; row <= rows; row += 1) {
    onRow?.(row);
    yield { IN: row % 1000 };
  }
}

async function drain(model: EchoModel, source: Iterable<EchoRecord>): Promise<void> {
  for await (const row of model.predictAll(source, { window })) if (row.OUT < 0) throw new Error();
}

async function runLengths(context: CurveContext): Promise<readonly Chart[]> {
  await using model = await openEchoModel("next turn");
  const kept = lengths.filter((rows) => rows <= 1e7 * context.effort);
  const longest = kept.at(-1) ?? 0;
  const workOf = (rows: number): Work => ({ rows, run: () => drain(model, records(rows)) });
  const [curve] = await measureCurves(
    [kept.map((x) => ({ x, work: workOf(x), warms: x < 1e6 }))],
    context,
  );
  const heap: Point[] = [];
  const look = (row: number): void => {
    if (kept.includes(row)) heap.push([row, reachableBytes() / mib]);
  };
  await drain(model, records(longest, look));
  const points = curve?.points ?? [];
  const spread = curve?.spread ?? Number.NaN;
  return [rateChart(points, spread), heapChart(heap)];
}

const streamNote = `async iterator, window ${window}, batches of 32, over a transport that answers on the next turn`;

function rateChart(points: readonly Point[], spread: number): Chart {
  const rates = points.map(([x, us]): Point => [x, 1e6 / us]);
  const settled = rates.filter(([x]) => x >= 1e4).map(([, rate]) => rate);
  const isFlat = Math.max(...settled) <= 1.1 * Math.min(...settled);
  const best = Math.max(...settled);
  const bound: readonly Point[] = [1e4, rates.at(-1)?.[0] ?? 1e4].map((x): Point => [
    x,
    best / 1.1,
  ]);
  return {
    chart: "stream-rate",
    title: "Rows in a second of the client's CPU as a stream gets longer",
    x: { label: "rows in the stream" },
    y: { label: "rows per second of CPU time", scale: "linear" },
    series: [{ name: "predictAll", points: rates }],
    demand: {
      text: "flat within 10 % from 10,000 rows on: never below the line",
      lines: [bound],
      verdict: verdictOf(isFlat, spread),
    },
    spread,
    note: `${streamNote}; a short stream pays for its own opening`,
  };
}

function heapChart(points: readonly Point[]): Chart {
  const [first = [0, 0]] = points;
  const bound = first[1] + 1;
  const line = points.map(([x]): Point => [x, bound]);
  return {
    chart: "stream-heap",
    title: "Memory that a stream holds as it gets longer",
    x: { label: "rows that have left the source" },
    y: { label: "MiB of heap and buffers of the process", scale: "linear" },
    series: [{ name: "predictAll", points }],
    demand: demandOf("flat: within 1 MiB of what 1,000 rows hold", points, [line], 1),
    note: `${streamNote}; looked at behind a collection of garbage, in the middle of one stream`,
  };
}

/** Keys whose sequences are live at a time. */
export const keys: Axis = { name: "keys", seconds: 170, run: runKeys };

async function runKeys(context: CurveContext): Promise<readonly Chart[]> {
  const kept = keyCounts.filter((count) => count <= 1e6 * context.effort);
  await using opened = await openKeyedModel();
  const places = kept.map((x) => ({
    x,
    work: keyedWork(opened, { keys: x, steps: 2 }),
    warms: x < 65_536,
  }));
  const [curve] = await measureCurves([places], context);
  const points = curve?.points ?? [];
  const spread = curve?.spread ?? Number.NaN;
  const bound = 1.8 * (points.find(([x]) => x === 16)?.[1] ?? Number.NaN);
  const line: readonly Point[] = kept.filter((x) => x >= 16).map((x) => [x, bound]);
  return [
    {
      chart: "keys",
      title: "Cost of a step as more keys have live sequences",
      x: { label: "keys" },
      y: { label: "CPU µs per step", scale: "linear" },
      series: [{ name: "predictAll", points }],
      demand: demandOf("1.8 times that of 16 keys, from 16 on", points, [line], spread),
      spread,
      note: `a step for each row, sequences of 2 steps; window ${keyedWindow}; one key has one step under way`,
    },
  ];
}
