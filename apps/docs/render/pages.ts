import { themes } from "../diagrams/drawing.ts";
import { drawings } from "../diagrams/drawings.ts";
import { drawChart } from "../charts/draw-chart.ts";
import { readCurves, readReport } from "./read-results.ts";
import { chartFile, renderCurves } from "./render-curves.ts";
import { renderMetrics } from "./render-metrics.ts";
import { renderOptions } from "./render-options.ts";
import { renderReport } from "./render-report.ts";
import { renderTroubleshooting } from "./render-troubleshooting.ts";
import { renderTypes } from "./render-types.ts";

const curves = readCurves();
const charts = curves.filter((line) => line.kind === "chart");

/** The files that are written from the sources, and what writes each. */
export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  "options.md": renderOptions,
  "types.md": renderTypes,
  "metrics.md": renderMetrics,
  "troubleshooting.md": renderTroubleshooting,
  "benchmarks/index.md": () => renderReport(readReport()),
  "benchmarks/curves.md": () => renderCurves(curves),
  ...Object.fromEntries(
    charts.flatMap((chart) =>
      themes.map((theme) => [
        `public/${chartFile(chart, theme.name)}`,
        () => drawChart(chart, theme),
      ]),
    ),
  ),
  ...Object.fromEntries(
    Object.entries(drawings).flatMap(([name, draw]) =>
      themes.map((theme) => [`public/${name}-${theme.name}.svg`, () => draw(theme)]),
    ),
  ),
};
