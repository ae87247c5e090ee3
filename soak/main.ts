import { writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createModel } from "@nereid/core";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { openPipeline } from "./pipeline.ts";
import { renderRun, renderSample, sampleHead } from "./report.ts";
import { collectGarbage, countHeld, takeSample, type Sample } from "./sample.ts";
import { startServers } from "./start-server.ts";
import { judge } from "./verdict.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() >>> 0) },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0)) throw new Error("soak: expected --minutes above 0");
const sampleMs = 30_000;
const visitMs = 1000;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const servers = await startServers(seed);
const stop = new AbortController();
// The first line opens the output, which is a handle too.
say(`seed ${seed}, ${minutes} min, node ${process.version}`);
for (const line of sampleHead) say(line);
await collectGarbage();
const before = countHeld(stop.signal);

const transports = {
  http: () => createHttpTransport({ endpoint: servers.http }),
  "grpc unary": () => createGrpcTransport({ endpoint: servers.grpc }),
  "grpc stream": () => createGrpcTransport({ endpoint: servers.grpc, mode: "stream" }),
};
const pipelines = await Promise.all(
  Object.entries(transports).map(([name, open]) => openPipeline(name, open(), stop.signal)),
);
const rowsSoFar = (): number => pipelines.reduce((sum, { counts }) => sum + counts.ok, 0);

/** Opens a model, asks it once and closes it; the way goes round. */
let visits = 0;
const visit = async (): Promise<void> => {
  const opens = Object.values(transports);
  const open = opens[visits % opens.length] ?? transports.http;
  visits += 1;
  await using model = await createModel({
    transport: open(),
    model: "add_sub",
    attemptTimeout: 500,
  });
  const input = new Float32Array(16);
  await model.predict({ INPUT0: input, INPUT1: input }, { signal: stop.signal });
};

const startedAt = performance.now();
const endsAt = startedAt + minutes * 60_000;
const samples: Sample[] = [];
let failedVisits = 0;
let sampleAt = startedAt + sampleMs;
while (performance.now() < endsAt) {
  await setTimeout(Math.min(visitMs, Math.max(0, endsAt - performance.now())));
  await visit().catch(() => (failedVisits += 1));
  if (performance.now() < sampleAt) continue;
  sampleAt += sampleMs;
  await Promise.all(pipelines.map((pipeline) => pipeline.pause()));
  const sample = await takeSample(startedAt, stop.signal, rowsSoFar());
  samples.push(sample);
  say(renderSample(sample));
  for (const pipeline of pipelines) pipeline.resume();
}
await Promise.all(pipelines.map((pipeline) => pipeline.close()));
await collectGarbage();
const evidence = {
  samples,
  before,
  after: countHeld(stop.signal),
  badRows: pipelines.reduce((sum, { counts }) => sum + counts.failed + counts.wrong, failedVisits),
};
await servers.stop();
const verdict = judge(evidence);
const page = renderRun({
  date: new Date().toISOString().slice(0, 10),
  seed,
  minutes: (performance.now() - startedAt) / 60_000,
  evidence,
  verdict,
  pipelines,
  visits,
});
say(page);
writeFileSync(new URL("../apps/docs/soak.md", import.meta.url), page);
if (verdict.complaints.length > 0) process.exitCode = 1;
