import { createGrpcTransport } from "@nereid/transport-grpc";
import type { Work } from "../measure/compare-work.ts";
import { startServer } from "../servers/start-server.ts";
import {
  demandOf,
  verdictOf,
  type Axis,
  type Chart,
  type CurveContext,
  type Demand,
  type Point,
} from "./curve.ts";
import { inferWork, openHttp } from "./infer-work.ts";
import { measureCurves, type Place } from "./measure-curve.ts";

const inFlights = [1, 2, 4, 16, 64, 256, 1024, 4096];
const connections = 64;
const exchange = { inBytes: 64, outBytes: 64 };

/** Requests under way, from one to thousands. */
export const concurrency: Axis = { name: "concurrency", seconds: 40, run };

/** Latencies of the runs of a work. */
interface Timed {
  readonly work: Work;
  readonly latenciesMs: number[];
  /** Forgets the latencies that do not count. */
  readonly onWarm: () => void;
}

function timed(work: Work): Timed {
  const latenciesMs: number[] = [];
  const run = async (): Promise<void> => {
    const start = performance.now();
    await work.run();
    latenciesMs.push(performance.now() - start);
  };
  const onWarm = (): void => void latenciesMs.splice(0);
  return { work: { ...work, run }, latenciesMs, onWarm };
}

async function run(context: CurveContext): Promise<readonly Chart[]> {
  const http = await startServer("http");
  const grpc = await startServer("grpc");
  const endpoint = `127.0.0.1:${grpc.port}`;
  const ways = [
    { name: "HTTP", open: () => openHttp(http.port, connections) },
    { name: "gRPC unary", open: () => createGrpcTransport({ endpoint, mode: "unary" }) },
    {
      name: "gRPC stream",
      open: () => createGrpcTransport({ endpoint, mode: "stream", streams: 2 }),
    },
  ];
  const opened = ways.map(({ name, open }) => ({
    name,
    places: inFlights.map((inFlight) => ({
      x: inFlight,
      inFlight,
      ...timed(inferWork(open(), exchange)),
    })),
  }));
  const curves = await measureCurves(
    opened.map(({ places }): readonly Place[] => places),
    context,
  );
  http.stop();
  grpc.stop();
  const costs = opened.map(({ name }, index) => ({ name, points: curves[index]?.points ?? [] }));
  const tails = opened.map(({ name, places }) => ({
    name,
    points: places.map(({ x, latenciesMs }): Point => [x, percentile99(latenciesMs)]),
  }));
  const spread = Math.max(...curves.map((curve) => curve.spread));
  const x = { label: "requests in flight, 64 B each way" };
  return [
    {
      chart: "concurrency-cost",
      title: "Cost of a request as more are in flight",
      x,
      y: { label: "CPU µs of the client per request", scale: "linear" },
      series: costs,
      demand: costDemand(costs[0]?.points ?? [], curves[0]?.spread ?? spread),
      spread,
      note: `at most ${connections} connections over HTTP, two streams over gRPC`,
    },
    {
      chart: "concurrency-p99",
      title: "99th percentile of the latency as more are in flight",
      x,
      y: { label: "p99 in ms", scale: "log" },
      series: tails,
      demand: tailDemand(tails[0]?.points ?? [], spread),
      spread,
      note: "a closed loop: with more in flight each waits for the others",
    },
  ];
}

function percentile99(values: number[]): number {
  values.sort((left, right) => left - right);
  return values[Math.floor(values.length * 0.99)] ?? Number.NaN;
}

function costDemand(points: readonly Point[], spread: number): Demand {
  const least = Math.min(...points.filter(([x]) => x >= 4).map(([, y]) => y));
  const text = "HTTP, from 4 on: 1.35 times its least up to 256, 1.6 times up to 4096";
  const near: readonly Point[] = [
    [4, 1.35 * least],
    [256, 1.35 * least],
  ];
  const far: readonly Point[] = [
    [1024, 1.6 * least],
    [4096, 1.6 * least],
  ];
  return demandOf(text, points, [near, far], spread);
}

function tailDemand(points: readonly Point[], spread: number): Demand {
  const [first = [1, 0], last = [1, 0]] = [points.find(([x]) => x === 4), points.at(-1)];
  const line: readonly Point[] = [first, [last[0], (first[1] * last[0]) / first[0]]];
  const isKept = points.every(([x, y]) => x < 4 || y <= (first[1] * x) / first[0]);
  const text = "HTTP grows at most in proportion to what is in flight, from 4 on";
  return { text, lines: [line], verdict: verdictOf(isKept, spread) };
}
