import { cpus } from "node:os";
import { inferOverGrpc, ordinaryGrpc } from "./grpc-variants.ts";
import { bareDispatch, inferOverHttp, type Workload } from "./http-variants.ts";
import { measureLatency } from "./latency.ts";
import { measurePair, type PairOptions, type Variant } from "./paired.ts";
import { startServer } from "./servers.ts";
import { measureTelemetry } from "./telemetry-variants.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const small: Workload = { name: "64 B", floats: 16, inFlight: 32 };
const image: Workload = { name: "600 KB", floats: 150_528, inFlight: 8 };

/** Two that are compared; told, not enforced: this machine may be shared. */
interface Comparison {
  readonly workload: Workload;
  /** Fresh at each call: the control is a second one of its kind. */
  readonly first: () => Variant;
  readonly second: () => Variant;
  /** The most that second / first may be. */
  readonly most: number;
}

const http = await startServer("http-server.ts");
const grpc = await startServer("grpc-server.ts");
const url = `http://127.0.0.1:${http.port}`;
const address = `127.0.0.1:${grpc.port}`;

const comparisons: readonly Comparison[] = [
  ...[
    { workload: small, most: 1.6 },
    { workload: image, most: 1.3 },
  ].map(({ workload, most }) => ({
    workload,
    first: () => bareDispatch(url, workload),
    second: () => inferOverHttp(url, workload),
    most,
  })),
  ...[
    { workload: small, mode: "unary" as const, most: 1 },
    { workload: image, mode: "unary" as const, most: 1 / 1.25 },
    { workload: small, mode: "stream" as const, most: 1 / 4 },
    { workload: image, mode: "stream" as const, most: 1 / 3.5 },
  ].map(({ workload, mode, most }) => ({
    workload,
    first: () => ordinaryGrpc(address, workload),
    second: () => inferOverGrpc(address, workload, mode),
    most,
  })),
];

function pairOptions({ floats, inFlight }: Workload): PairOptions {
  const isLarge = floats > 1000;
  return { inFlight, sliceMs: 100, slices: 30, warmUpRuns: isLarge ? 3_000 : 20_000 };
}

say(`Node ${process.version}, ${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} cores`);
say("CPU time of the client for each request; medians of paired slices in one process");
say("| first | second | first µs | second µs | ratio | goal | first / first | verdict |");
say("| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |");
for (const { workload, first, second, most } of comparisons) {
  const options = pairOptions(workload);
  const base = first();
  const pair = await measurePair(base, second(), options);
  const control = await measurePair(base, first(), { ...options, slices: 10 });
  // Without a quiet control, neither a pass nor a failure is worth anything.
  const isNoisy = control.ratio < 0.95 || control.ratio > 1.05;
  const verdict = isNoisy ? "noisy" : pair.ratio <= most ? "pass" : "fail";
  say(
    `| ${pair.first} | ${pair.second} | ${pair.firstUs.toFixed(1)} | ${pair.secondUs.toFixed(1)} | ${pair.ratio.toFixed(3)} | ≤ ${most.toFixed(3)} | ${control.ratio.toFixed(2)} | ${verdict} |`,
  );
}
const tail = await measureLatency(
  inferOverGrpc(address, small, "unary"),
  inferOverGrpc(address, small, "stream"),
  { inFlight: 32, sliceMs: 500, slices: 10 },
);
say("");
say(
  `p99 of 64 B at 32 in flight: unary ${tail.firstUs.toFixed(0)} µs, stream ${tail.secondUs.toFixed(0)} µs, ratio ${tail.ratio.toFixed(2)}, goal ≤ 0.30`,
);
http.stop();
grpc.stop();
say("");
say("| telemetry | added µs for each request | goal | no telemetry / no telemetry |");
say("| --- | ---: | ---: | ---: |");
for (const { name, addedUs, most, noise } of await measureTelemetry()) {
  say(`| ${name} | ${addedUs.toFixed(2)} | ≤ ${most.toFixed(1)} | ${noise.toFixed(2)} |`);
}
process.exit();
