import { readFileSync } from "node:fs";
import { cpus, getPriority, loadavg } from "node:os";
import type { Counts } from "./pipeline.ts";
import type { Held, Sample } from "./sample.ts";
import type { Evidence, Verdict } from "./verdict.ts";

/** A run that is over. */
export interface Run {
  readonly date: string;
  readonly seed: number;
  readonly minutes: number;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly pipelines: readonly { readonly name: string; readonly counts: Counts }[];
  /** Models that were opened, asked once and closed beside the streams. */
  readonly visits: number;
}

/** The head of the table of samples. */
export const sampleHead: readonly string[] = [
  "| minute | heap MiB | code MiB | external MiB | RSS MiB | handles | descriptors | listeners | rows |",
  "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
];

/** A sample as a row of that table. */
export function renderSample(sample: Sample): string {
  const { minutes, heapMib, codeMib, externalMib, rssMib, held, rows } = sample;
  const sizes = [minutes, heapMib, codeMib, externalMib, rssMib].map((value) => value.toFixed(2));
  return `| ${[...sizes, held.handles, held.descriptors, held.listeners, rows].join(" | ")} |`;
}

/** The page of the docs about the last run. */
export function renderRun(run: Run): string {
  const { evidence, verdict, pipelines } = run;
  const { before, after } = evidence;
  const { slopeMib, complaints } = verdict;
  const slope = slopeMib === undefined ? "unknown" : `${slopeMib.toFixed(3)} MiB each minute`;
  return [
    "# Soak",
    "",
    "`pnpm soak --minutes N` sends rows through three pipelines for as long as it is told, over servers that",
    "fail one request in 200: connections are reset, answers cut or never sent, calls and connections ended,",
    "work refused. Twice a minute it pauses until no row is inside, collects garbage and looks. Beside the",
    "streams, a model is opened, asked once and closed again each second. This page is its last run.",
    "",
    `- Date: ${run.date}; ${run.minutes.toFixed(1)} minutes, seed ${run.seed}`,
    `- Node ${process.version}, undici ${versionOf("transport-http", "undici")}, @grpc/grpc-js ${versionOf("transport-grpc", "@grpc/grpc-js")}`,
    `- ${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} cores; priority ${getPriority()}, load at the end ${loadavg()[0]?.toFixed(1)}`,
    `- Verdict: **${complaints.length === 0 ? "flat" : "not flat"}**${complaints.map((one) => `; ${one}`).join("")}`,
    `- Slope of heap and external memory, compiled code apart, after the first quarter: ${slope}`,
    `- Held before the first model and after the last: ${renderHeld(before)}, and ${renderHeld(after)}`,
    `- Models opened, asked once and closed beside the streams: ${run.visits}`,
    "",
    "| pipeline | rows in | ok | failed | wrong value or place | retries |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...pipelines.map(
      ({ name, counts: { read, ok, failed, wrong, retries } }) =>
        `| ${[name, read, ok, failed, wrong, retries].join(" | ")} |`,
    ),
    "",
    ...sampleHead,
    ...evidence.samples.map(renderSample),
    "",
  ].join("\n");
}

function renderHeld({ handles, descriptors, listeners }: Held): string {
  return `${handles} handles, ${descriptors} descriptors, ${listeners} listeners`;
}

function versionOf(home: string, name: string): string {
  const file = new URL(`../packages/${home}/node_modules/${name}/package.json`, import.meta.url);
  const { version }: { version?: unknown } = JSON.parse(readFileSync(file, "utf8"));
  return String(version);
}
