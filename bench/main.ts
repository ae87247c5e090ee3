import { fork } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { bareDispatch, inferOverHttp, type Workload } from "./http-variants.ts";
import { measurePair } from "./paired.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The first goals of the client's cost, which are told and not enforced: this machine may be shared. */
const workloads: readonly (Workload & { readonly most: number })[] = [
  { name: "64 B", floats: 16, inFlight: 32, most: 1.6 },
  { name: "600 KB", floats: 150_528, inFlight: 8, most: 1.3 },
];

const server = fork(fileURLToPath(new URL("./server.ts", import.meta.url)), { execArgv: [] });
const port = await new Promise<number>((resolve) => {
  server.once("message", (message) => resolve(Number(message)));
});
const url = `http://127.0.0.1:${port}`;

say(`Node ${process.version}, ${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} cores`);
say("CPU time of the client for each request; medians of paired slices in one process");
say("| pair | bare µs | infer µs | ratio | goal | bare / bare | verdict |");
say("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
for (const workload of workloads) {
  const options = { inFlight: workload.inFlight, sliceMs: 100, slices: 30, warmUpRuns: 20_000 };
  const large = { ...options, warmUpRuns: 3_000 };
  const chosen = workload.floats > 1000 ? large : options;
  const bare = bareDispatch(url, workload);
  const pair = await measurePair(bare, inferOverHttp(url, workload), chosen);
  const control = await measurePair(bare, bareDispatch(url, workload), { ...chosen, slices: 10 });
  // Without a quiet control, neither a pass nor a failure is worth anything.
  const isNoisy = control.ratio < 0.95 || control.ratio > 1.05;
  const verdict = isNoisy ? "noisy" : pair.ratio <= workload.most ? "pass" : "fail";
  say(
    `| ${workload.name} | ${pair.firstUs.toFixed(1)} | ${pair.secondUs.toFixed(1)} | ${pair.ratio.toFixed(2)} | ≤ ${workload.most} | ${control.ratio.toFixed(2)} | ${verdict} |`,
  );
}
server.kill();
process.exit();
