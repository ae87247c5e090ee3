import type { Chart, Series } from "@nereid/bench/curves/curve.ts";
import type { CurveLine } from "@nereid/bench/curves/lines.ts";
import { amountText, bytesText } from "../charts/amounts.ts";
import { renderMachine } from "./render-machine.ts";

const verdicts = { pass: "kept", fail: "**not kept**", noisy: "noisy", skipped: "skipped" };

/** The page of curves: a drawing, its demand and its figures for each chart of a run. */
export function renderCurves(lines: readonly CurveLine[]): string {
  const charts = lines.filter((line) => line.kind === "chart");
  const runs = lines.filter((line) => line.kind === "run");
  return `# Curves

Written by \`apps/docs/generate.ts\` from \`bench/results/curves.jsonl\`, the last run of \`pnpm bench:curves\`
(about five minutes on a quiet machine); do not edit it by hand.

${runs.map(renderMachine).join("\n")}

What counts is the shape: how a cost moves as something grows. Absolute figures are those of this machine,
where clients and servers talk over loopback. Costs are the CPU time of the client, the median of rounds by
turns. Where something is demanded of a curve, the broken line is the bound; a demand is *noisy*
when the rounds of a point differ too much to say whether it is kept.

${charts.map(renderChart).join("\n")}`;
}

/** The file of a chart in one theme, from the site's root. */
export function chartFile({ chart }: Chart, theme: string): string {
  return `bench-${chart}-${theme}.svg`;
}

function renderChart(chart: Chart): string {
  const alt = describeChart(chart).replaceAll('"', "&quot;");
  return `## ${chart.title}

<div class="chart">
<img class="light-only" src="/${chartFile(chart, "light")}" alt="${alt}">
<img class="dark-only" src="/${chartFile(chart, "dark")}" alt="${alt}">
</div>

${renderDemand(chart)}${chart.note === undefined ? "" : sentence(chart.note)}

::: details The figures: ${chart.y.label}
${renderFigures(chart)}
:::
`;
}

function renderDemand({ demand }: Chart): string {
  return demand === undefined
    ? ""
    : `Demanded: ${demand.text}. This run: ${verdicts[demand.verdict]}.\n\n`;
}

function sentence(note: string): string {
  return `${note.slice(0, 1).toUpperCase()}${note.slice(1)}.`;
}

const nameOfX = ({ x }: Chart): ((value: number) => string) =>
  x.bytes === true ? bytesText : amountText;

function renderFigures(chart: Chart): string {
  const nameOf = nameOfX(chart);
  const xs = [...new Set(chart.series.flatMap(({ points }) => points.map(([x]) => x)))];
  const cell = ({ points }: Series, wanted: number): string =>
    amountText(points.find(([x]) => x === wanted)?.[1] ?? Number.NaN);
  return [
    `| ${[chart.x.label, ...chart.series.map(({ name }) => name)].join(" | ")} |`,
    `| ---: |${" ---: |".repeat(chart.series.length)}`,
    ...xs.map((x) => `| ${[nameOf(x), ...chart.series.map((one) => cell(one, x))].join(" | ")} |`),
  ].join("\n");
}

/** What the drawing shows, in words. */
export function describeChart(chart: Chart): string {
  const nameOf = nameOfX(chart);
  const ways = chart.series.map(({ name, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return `${name}: no figures`;
    return `${name}: ${amountText(first[1])} at ${nameOf(first[0])}, ${amountText(last[1])} at ${nameOf(last[0])}`;
  });
  return `${chart.title}. ${chart.y.label} over ${chart.x.label}. ${ways.join("; ")}.`;
}
