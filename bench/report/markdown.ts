import { isOff, judge, type ReportRow } from "../suite.ts";
import { limitOf } from "./limits.ts";
import { unfinished, type ReportLine } from "./lines.ts";

const columns =
  "| suite | what | workload | ours | theirs | unit | ratio | goal | control | verdict | note |";
const rule = "| --- | --- | --- | ---: | ---: | --- | ---: | ---: | ---: | --- | --- |";

const heading =
  "# Results\n\nWritten by `pnpm bench:results` from the runs that are named here; README.md says what a figure means.\n";

/** One table of a run, with what it was made on. */
export function toMarkdown(lines: readonly ReportLine[]): string {
  const runs = lines.filter((line) => line.kind === "run");
  const rows = lines.filter((line) => line.kind === "row");
  const times = lines.filter((line) => line.kind === "suite");
  return [
    heading,
    ...runs.map(describe),
    "",
    columns,
    rule,
    ...rows.map(rowOf),
    "",
    ...unfinished(lines).map((name) => `The suite ${name} was cut off: rows are missing.\n`),
    `${countOf(rows)}. ${times.map(({ name, seconds }) => `${name} ${Math.round(seconds)} s`).join(", ")}.`,
    "",
    ...missed(rows),
    ...undecided(rows),
  ].join("\n");
}

/** What was tried where a goal was not reached. */
function missed(rows: readonly ReportRow[]): readonly string[] {
  const told = rows.flatMap((row) => {
    // A row that is noisy for its control alone may well be at its goal.
    if (judge(row.ratio, row.goal, undefined) !== "fail") return [];
    return [`- ${row.suite}, ${row.what}, ${row.workload}: ${limitOf(row)}`];
  });
  return told.length === 0 ? [] : ["## Where a goal is not reached", "", ...told, ""];
}

/** What keeps rows that are at their goals from passing. */
function undecided(rows: readonly ReportRow[]): readonly string[] {
  const told = rows.flatMap((row) => {
    if (row.verdict !== "noisy" || row.goal === undefined) return [];
    if (judge(row.ratio, row.goal) !== "pass") return [];
    const { control = 1 } = row;
    const why = isOff(control)
      ? `a control of ${control.toFixed(3)} could have moved its interval beyond the goal`
      : "others had the client's core while it was measured";
    return [
      `- ${row.suite}, ${row.what}, ${row.workload}: ${figure(row.ratio)} meets the goal, and ${why}.`,
    ];
  });
  return told.length === 0 ? [] : ["## Where the machine was not quiet enough", "", ...told, ""];
}

function describe(run: Extract<ReportLine, { kind: "run" }>): string {
  const versions = Object.entries({ Node: run.node, ...run.versions });
  return [
    `Measured on ${run.date.slice(0, 16).replace("T", " ")} UTC at commit ${run.commit}`,
    `${run.cpu}, ${run.cores} cores${run.isPinned ? ", one for the client and one for the servers" : ", not pinned"}`,
    versions.map(([name, version]) => `${name} ${version}`).join(", "),
    `seed ${run.seed}, effort ${run.effort}.`,
  ].join("; ");
}

function rowOf(row: ReportRow): string {
  const cells = [
    row.suite,
    row.what,
    row.workload,
    figure(row.ours),
    figure(row.theirs),
    row.unit,
    figure(row.ratio),
    goalOf(row),
    row.control === undefined ? "" : row.control.toFixed(2),
    row.goal === undefined && row.verdict === "pass" ? "" : row.verdict,
    row.note ?? "",
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function goalOf({ goal }: ReportRow): string {
  if (goal === undefined) return "";
  return "most" in goal ? `≤ ${figure(goal.most)}` : `≥ ${figure(goal.least)}`;
}

/** Three digits, or all of them before the point. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return "";
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString("en")
    : String(Number(value.toPrecision(3)));
}

function countOf(rows: readonly ReportRow[]): string {
  const goals = rows.filter(
    (row) => row.goal !== undefined || ["fail", "skipped"].includes(row.verdict),
  );
  return (["pass", "fail", "noisy", "skipped"] as const)
    .map((verdict) => `${goals.filter((row) => row.verdict === verdict).length} ${verdict}`)
    .join(", ");
}
