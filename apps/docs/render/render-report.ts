import { unfinished, type ReportLine } from "@nereid/bench/report/lines.ts";
import type { ReportRow } from "@nereid/bench/suite.ts";
import { amountText } from "../charts/amounts.ts";
import { renderMachine } from "./render-machine.ts";

/** What a suite is about, for those who have not read it. */
const abouts: Readonly<Record<string, { readonly title: string; readonly about: string }>> = {
  http: {
    title: "HTTP",
    about: "A whole `infer` beside other ways to send the same request from Node.",
  },
  grpc: {
    title: "gRPC",
    about: "A whole `infer` beside grpc-js as its documentation shows it.",
  },
  streams: {
    title: "Streams",
    about:
      "Operators over a transport without a server, so that nothing but the client is in the figures.",
  },
  batching: {
    title: "Batching",
    about:
      "What sharing a request saves, and how `batch-size: auto` fares against settings by hand on a simulated device.",
  },
  codecs: {
    title: "Codecs",
    about: "Single steps: values into a message and out of one.",
  },
  telemetry: {
    title: "Telemetry",
    about: "What metrics and traces add to a request.",
  },
  peers: {
    title: "Other clients",
    about: "Clients of others, each in a process of its own against the same server.",
  },
  triton: {
    title: "A real Triton",
    about: "Against a Triton server with its own models, beside its official client.",
  },
};

type Row = Extract<ReportLine, { kind: "row" }>;

/** The page of comparisons: a table for each suite of a run. */
export function renderReport(lines: readonly ReportLine[]): string {
  const runs = lines.filter((line) => line.kind === "run");
  const rows = lines.filter((line) => line.kind === "row");
  const suites = [...new Set(rows.map(({ suite }) => suite))];
  const seconds = lines.reduce((sum, line) => sum + (line.kind === "suite" ? line.seconds : 0), 0);
  return `# Benchmarks

Written by \`apps/docs/generate.ts\` from \`bench/results/report.jsonl\`; do not edit it by hand. The file is
that of the last \`pnpm bench:results\`, which took ${Math.ceil(seconds / 60)} minutes. How costs move as
something grows is on the page of [curves](curves.md).

${runs.map(renderMachine).join("\n")}

Both of a row were measured by turns in the same run. Each figure is what the unit says, the ratio is worded
as in the first column, and the control is the ratio of something with itself: where it is not close to 1, or the
interval of the ratio lies across the goal, the machine was not quiet enough and the verdict is *noisy*.

${[countOf(rows), ...unfinished(lines).map((name) => `The suite ${name} was cut off: rows are missing.`)].join(" ")}

${suites.map((suite) => renderSuite(suite, rows)).join("\n")}`;
}

function countOf(rows: readonly Row[]): string {
  const goals = rows.filter(({ goal, verdict }) => goal !== undefined || verdict === "skipped");
  const counts = (["pass", "fail", "noisy", "skipped"] as const).map(
    (wanted) => `${goals.filter(({ verdict }) => verdict === wanted).length} ${wanted}`,
  );
  return `Of ${goals.length} rows with a goal: ${counts.join(", ")}.`;
}

function renderSuite(suite: string, rows: readonly Row[]): string {
  const { title, about } = abouts[suite] ?? { title: suite, about: "" };
  return `## ${title}

${about}

| what | workload | ours | theirs | unit | ratio | goal | control | verdict | note |
| --- | --- | ---: | ---: | --- | ---: | ---: | ---: | --- | --- |
${rows
  .filter((row) => row.suite === suite)
  .map(renderRow)
  .join("\n")}
`;
}

function renderRow(row: ReportRow): string {
  const cells = [
    row.what,
    row.workload,
    amountText(row.ours),
    amountText(row.theirs),
    row.unit,
    amountText(row.ratio),
    goalOf(row),
    amountText(row.control ?? Number.NaN),
    row.goal === undefined && row.verdict === "pass" ? "" : row.verdict,
    row.note ?? "",
  ];
  return `| ${cells.map(escapeCell).join(" | ")} |`;
}

function goalOf({ goal }: ReportRow): string {
  if (goal === undefined) return "";
  return "most" in goal ? `≤ ${amountText(goal.most)}` : `≥ ${amountText(goal.least)}`;
}

/** Text of a suite is text: neither a column nor a tag. */
function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
