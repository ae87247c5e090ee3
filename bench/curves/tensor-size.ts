import { startServer } from "../servers/start-server.ts";
import { bareSocketWork, type Exchange } from "../http/bare-socket.ts";
import { demandOf, type Axis, type Chart, type CurveContext, type Point } from "./curve.ts";
import { inferWork, openHttp } from "./infer-work.ts";
import { measureCurves } from "./measure-curve.ts";

const kib = 1024;
const mib = 1024 * kib;
const sizes = [64, kib, 4 * kib, 16 * kib, 64 * kib, 256 * kib, mib, 4 * mib, 16 * mib, 64 * mib];

/** Few large ones at a time: what is in flight must fit into memory. */
const inFlightOf = (bytes: number): number => (bytes > mib ? 2 : 8);

interface Direction {
  readonly chart: string;
  readonly title: string;
  readonly label: string;
  readonly exchangeOf: (bytes: number) => Exchange;
  /** How much dearer than the socket it may be, and over which sizes. */
  readonly bounds: readonly {
    readonly from: number;
    readonly to: number;
    readonly times: number;
  }[];
  readonly demand: string;
}

const up: Direction = {
  chart: "tensor-in",
  title: "Cost of a request as its input grows",
  label: "input of a request, 64 B back",
  exchangeOf: (bytes) => ({ inBytes: bytes, outBytes: 64 }),
  bounds: [
    { from: 16 * kib, to: 256 * kib, times: 2 },
    { from: mib, to: 64 * mib, times: 1.25 },
  ],
  demand: "2 times the bare socket from 16 to 256 KiB, 1.25 times from 1 MiB on",
};

const down: Direction = {
  chart: "tensor-out",
  title: "Cost of a request as its output grows",
  label: "output of a request, 64 B up",
  exchangeOf: (bytes) => ({ inBytes: 64, outBytes: bytes }),
  bounds: [
    { from: 4 * kib, to: 256 * kib, times: 3 },
    { from: mib, to: 64 * mib, times: 2 },
  ],
  demand: "3 times the bare socket from 4 to 256 KiB, 2 times from 1 MiB on",
};

/** The size of tensors, up and down. */
export const tensorSizes: readonly Axis[] = [up, down].map((direction) => ({
  name: direction.chart,
  seconds: 50,
  run: (context) => run(direction, context),
}));

async function run(direction: Direction, context: CurveContext): Promise<readonly Chart[]> {
  const server = await startServer("http");
  const { port } = server;
  const places = sizes.map((bytes) => ({ x: bytes, inFlight: inFlightOf(bytes) }));
  const [ours, socket] = await measureCurves(
    [
      places.map(({ x, inFlight }) => ({
        x,
        inFlight,
        work: inferWork(openHttp(port, inFlight), direction.exchangeOf(x)),
      })),
      places.map(({ x, inFlight }) => ({
        x,
        inFlight,
        work: bareSocketWork(port, direction.exchangeOf(x), inFlight),
      })),
    ],
    context,
  );
  server.stop();
  if (ours === undefined || socket === undefined) return [];
  const spread = Math.max(ours.spread, socket.spread);
  const lines = direction.bounds.map(({ from, to, times }) =>
    socket.points.filter(([x]) => x >= from && x <= to).map(([x, y]): Point => [x, times * y]),
  );
  return [
    {
      chart: direction.chart,
      title: direction.title,
      x: { label: direction.label, bytes: true },
      y: { label: "CPU µs of the client per request", scale: "log" },
      series: [
        { name: "infer over HTTP", points: ours.points },
        { name: "bare socket", points: socket.points },
      ],
      demand: demandOf(direction.demand, ours.points, lines, spread),
      spread,
      note: "the bare socket sends bytes that were made before and only counts what comes back; 8 requests in flight, 2 above 1 MiB",
    },
  ];
}
