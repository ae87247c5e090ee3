import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { pinClient } from "./measure/cores.ts";
import { installPeers } from "./peers/install.ts";
import { parseLines, type ReportLine } from "./report/lines.ts";
import { describeRun } from "./report/machine.ts";
import { regressionsOf } from "./report/regressions.ts";
import { toMarkdown } from "./report/markdown.ts";
import type { ReportRow, Suite, SuiteContext } from "./suite.ts";
import { listSuites } from "./suites.ts";

// bench [suite ...] [--gate] [--effort 1] [--seed 1] [--triton URL] [--json FILE] [--markdown FILE]
// bench peers install: the clients in other languages, into the cache
// bench report FILE: the table of a run that was written with --json

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    gate: { type: "boolean", default: false },
    effort: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    triton: { type: "string" },
    json: { type: "string" },
    markdown: { type: "string" },
  },
});

const keptRun = new URL("results/report.jsonl", import.meta.url);
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

function publish(lines: readonly ReportLine[]): void {
  const table = toMarkdown(lines);
  process.stdout.write(`${table}\n`);
  if (values.markdown !== undefined) writeFileSync(values.markdown, table);
}

async function measure(names: readonly string[]): Promise<readonly ReportLine[]> {
  const [effort, seed] = [Number(values.effort), Number(values.seed)];
  const { triton } = values;
  const suites = listSuites({ seed, ...(triton === undefined ? {} : { triton }) });
  const chosen = suites.filter(({ suite, gate }) =>
    names.length > 0 ? names.includes(suite.name) : gate || !values.gate,
  );
  const lines: ReportLine[] = [];
  const keep = (line: ReportLine): void => {
    lines.push(line);
    if (values.json !== undefined) appendFileSync(values.json, `${JSON.stringify(line)}\n`);
  };
  if (values.json !== undefined) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, "");
  }
  keep({
    kind: "run",
    schema: 1,
    ...describeRun({ isPinned: pinClient() !== undefined, effort, seed }),
  });
  // The gate has five minutes, and a row that has begun may take half of one; what is left over is skipped.
  const signal = values.gate ? AbortSignal.timeout(260_000) : new AbortController().signal;
  const context = { effort, say: tell, signal };
  for (const { suite } of chosen) {
    const start = performance.now();
    for await (const row of rowsOf(suite, context)) keep({ kind: "row", ...row });
    keep({ kind: "suite", name: suite.name, seconds: (performance.now() - start) / 1000 });
  }
  return lines;
}

/** A suite that breaks is a failed row, and no loss of the others' rows. */
async function* rowsOf(suite: Suite, context: SuiteContext): AsyncGenerator<ReportRow> {
  try {
    context.signal.throwIfAborted();
    yield* suite.run(context);
  } catch (error) {
    const none = {
      workload: "",
      unit: "",
      ours: Number.NaN,
      theirs: Number.NaN,
      ratio: Number.NaN,
    };
    const note = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    const verdict = context.signal.aborted ? "skipped" : "fail";
    yield { suite: suite.name, what: "the suite ended early", ...none, verdict, note };
  }
}

function judgeGate(lines: readonly ReportLine[]): void {
  const kept = parseLines(readFileSync(keptRun, "utf8"));
  const regressions = regressionsOf(
    lines.filter((line) => line.kind === "row"),
    kept,
  );
  for (const { suite, what, workload } of regressions) {
    tell(`regression: ${suite}, ${what}, ${workload}`);
  }
  if (regressions.length > 0) process.exitCode = 1;
}

const [command, argument = ""] = positionals;
if (command === "report") publish(parseLines(readFileSync(argument, "utf8")));
else if (command === "peers" && argument === "install") installPeers(tell);
else {
  const lines = await measure(positionals);
  publish(lines);
  if (values.gate) judgeGate(lines);
}
