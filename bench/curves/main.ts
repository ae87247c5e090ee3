import { spawn } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { pinClient } from "../measure/cores.ts";
import { describeRun } from "../report/machine.ts";
import { axes } from "./axes.ts";
import { parseCurveLines, type CurveLine } from "./lines.ts";

// curves [axis ...] [--effort 1] [--json FILE]; each axis in a process of its own, whose heap is its own

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    effort: { type: "string", default: "1" },
    json: { type: "string" },
    /** Set for a process that measures one axis. */
    alone: { type: "boolean", default: false },
  },
});
const effort = Number(values.effort);
const chosen = axes.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const publish = (line: CurveLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

if (values.alone) {
  for (const { run } of chosen) {
    for (const chart of await run({ effort, say })) publish({ kind: "chart", ...chart });
  }
  process.exit();
}

const isPinned = pinClient() !== undefined;
const expected = chosen.reduce((sum, { seconds }) => sum + seconds, 0) * effort;
say(`curves: about ${Math.ceil(expected / 60)} min on a quiet machine`);
const start = performance.now();
if (values.json !== undefined) writeFileSync(values.json, "");
for (const { name, seconds } of chosen) {
  say(`curves: ${name}, about ${Math.ceil(seconds * effort)} s`);
  const axisStart = performance.now();
  for (const line of await measureAlone(name)) keep(line);
  say(`curves: ${name} took ${secondsSince(axisStart)} s`);
}
const facts = describeRun({ isPinned, effort, seed: 0 });
keep({ kind: "run", schema: 1, seconds: secondsSince(start), ...facts });
say(`curves: ${secondsSince(start)} s`);

/** As they come: what was measured outlives a run that is cut off. */
function keep(line: CurveLine): void {
  if (values.json === undefined) publish(line);
  else appendFileSync(values.json, `${JSON.stringify(line)}\n`);
  if (line.kind === "chart") say(`${line.chart}: ${line.demand?.verdict ?? "no demand"}`);
}

function secondsSince(time: number): number {
  return Math.round((performance.now() - time) / 1000);
}

async function measureAlone(name: string): Promise<readonly CurveLine[]> {
  const script = fileURLToPath(import.meta.url);
  const options = [...process.execArgv, script, "--alone", "--effort", values.effort, name];
  const child = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "inherit"] });
  const text: string[] = [];
  createInterface(child.stdout).on("line", (line) => text.push(line));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`curves: ${name} ended with ${String(code)}`);
  return parseCurveLines(text.join("\n"));
}
