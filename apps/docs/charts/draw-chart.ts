import type { Chart, Point } from "@nereid/bench/curves/curve.ts";
import { svg, type Theme } from "../diagrams/drawing.ts";
import { bytesText, tickText } from "./amounts.ts";
import { linearScale, logScale, placeScale, type Scale } from "./scale.ts";

const size = { width: 380, left: 52, right: 26, plot: 190, top: 34, line: 18 };
const plotWidth = size.width - size.left - size.right;
/** Names along the axis that are closer than this run into one another. */
const leastGap = 44;

/** Told apart by most eyes, and by their marks. @see Okabe and Ito, "Color Universal Design" */
const colours: Readonly<Record<Theme["name"], readonly string[]>> = {
  light: ["#0072b2", "#c24e00", "#00785a", "#a5467f"],
  dark: ["#56b4e9", "#f0a04b", "#3ccf9f", "#e59ac6"],
};
const demandColours: Readonly<Record<Theme["name"], string>> = {
  light: "#b3261e",
  dark: "#ff8a80",
};

type Place = (point: Point) => readonly [x: number, y: number];

const round = (value: number): string => String(Number(value.toFixed(1)));
const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** A chart in one theme's colours, wide enough for a phone and not wider. */
export function drawChart(chart: Chart, theme: Theme): string {
  const lines = chart.demand?.lines ?? [];
  const all = [...chart.series.flatMap(({ points }) => points), ...lines.flat()];
  const x = placeScale(chart.series.flatMap(({ points }) => points.map(([value]) => value)));
  const values = all.map(([, value]) => value);
  const y = chart.y.scale === "log" ? logScale(values) : linearScale(values);
  const legend = legendOf(chart, theme);
  const top = size.top + legend.rows * size.line;
  const place: Place = ([across, up]) => [
    size.left + plotWidth * x.at(across),
    top + size.plot * (1 - y.at(up)),
  ];
  const height = top + size.plot + 46;
  const content = [
    text(size.left - 44, 18, chart.y.label, theme.faint),
    legend.drawing,
    ...drawRows(y, top, theme),
    ...drawColumns(x, top + size.plot, theme, chart.x.bytes === true ? bytesText : tickText),
    text(size.left + plotWidth / 2, height - 8, chart.x.label, theme.faint, "middle"),
    ...lines.map((line) => drawDemand(line.map(place), theme)),
    ...chart.series.map(({ points }, index) => drawSeries(points.map(place), index, theme)),
  ];
  return svg(size.width, height, chart.title, theme, content.join("\n"));
}

function text(x: number, y: number, label: string, fill: string, anchor = "start"): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="13" text-anchor="${anchor}" fill="${fill}">${escape(label)}</text>`;
}

function drawRows({ ticks, at }: Scale, top: number, theme: Theme): readonly string[] {
  return ticks.map((tick) => {
    const y = top + size.plot * (1 - at(tick));
    const line = `<line x1="${size.left}" x2="${size.width - size.right}" y1="${round(y)}" y2="${round(y)}" stroke="${theme.line}" stroke-opacity="0.35"/>`;
    return line + text(size.left - 6, y + 4, tickText(tick), theme.text, "end");
  });
}

function drawColumns(
  { ticks, at }: Scale,
  bottom: number,
  theme: Theme,
  nameOf: (value: number) => string,
): readonly string[] {
  let last = Number.NEGATIVE_INFINITY;
  return ticks.map((tick) => {
    const x = size.left + plotWidth * at(tick);
    const mark = `<line x1="${round(x)}" x2="${round(x)}" y1="${bottom}" y2="${bottom + 4}" stroke="${theme.line}"/>`;
    if (x - last < leastGap) return mark;
    last = x;
    return mark + text(x, bottom + 18, nameOf(tick), theme.text, "middle");
  });
}

function colourOf(index: number, theme: Theme): string {
  return colours[theme.name][index % colours[theme.name].length] ?? theme.text;
}

function drawSeries(
  points: readonly (readonly [number, number])[],
  index: number,
  theme: Theme,
): string {
  const colour = colourOf(index, theme);
  const path = points.map((point) => point.map(round).join(",")).join(" ");
  const marks = points.map(([x, y]) => drawMark(x, y, index, colour));
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${marks.join("")}`;
}

/** A circle, a square, a triangle or a rhombus. */
function drawMark(x: number, y: number, index: number, colour: string): string {
  if (index % 4 === 0)
    return `<circle cx="${round(x)}" cy="${round(y)}" r="3.5" fill="${colour}"/>`;
  const corners = [
    [],
    [-3.5, -3.5, 3.5, -3.5, 3.5, 3.5, -3.5, 3.5],
    [0, -4.5, 4.5, 3.5, -4.5, 3.5],
    [0, -5, 5, 0, 0, 5, -5, 0],
  ][index % 4];
  const points = (corners ?? []).map((shift, at) => round(shift + (at % 2 === 0 ? x : y)));
  return `<polygon points="${points.join(" ")}" fill="${colour}"/>`;
}

function drawDemand(points: readonly (readonly [number, number])[], theme: Theme): string {
  const path = points.map((point) => point.map(round).join(",")).join(" ");
  return `<polyline points="${path}" fill="none" stroke="${demandColours[theme.name]}" stroke-width="2" stroke-dasharray="6 4"/>`;
}

/** Two entries in a row; the demand's line is the last one. */
function legendOf(chart: Chart, theme: Theme): { readonly rows: number; readonly drawing: string } {
  const hasDemand = (chart.demand?.lines ?? []).length > 0;
  const names = [...chart.series.map(({ name }) => name), ...(hasDemand ? ["demand"] : [])];
  const entries = names.map((name, index) => {
    const x = size.left + (index % 2) * (plotWidth / 2);
    const y = size.top + Math.floor(index / 2) * size.line;
    const isDemand = hasDemand && index === names.length - 1;
    const mark = isDemand
      ? drawDemand(
          [
            [x, y - 4],
            [x + 18, y - 4],
          ],
          theme,
        )
      : drawMark(x + 9, y - 4, index, colourOf(index, theme));
    return mark + text(x + 24, y, name, theme.text);
  });
  return { rows: Math.ceil(names.length / 2), drawing: entries.join("\n") };
}
