import { countText } from "../terminal/amounts.ts";
import type { Point } from "./measure-point.ts";
import { milliseconds } from "./render-points.ts";

const panel = { width: 420, height: 280, left: 70, top: 40, bottom: 50, right: 20 };
/** Colours that are told apart by most eyes. @see Okabe and Ito, "Color Universal Design" */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

interface Panel {
  readonly title: string;
  readonly value: (point: Point) => number;
  readonly label: (value: number) => string;
}

const panels: readonly Panel[] = [
  { title: "rows/s", value: ({ rowsPerSecond }) => rowsPerSecond, label: countText },
  { title: "p99, ms", value: ({ p99Ms }) => p99Ms, label: milliseconds },
];

/** Curves over the batches in flight, one for each batch size: rows/s, and p99 beside it. */
export function pointsSvg(title: string, points: readonly Point[]): string {
  const width = panels.length * panel.width;
  const height = panel.height + 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${panel.left}" y="18" font-weight="bold">${escapeXml(title)}</text>`,
    ...panels.map((one, index) => panelSvg(one, points, index * panel.width)),
    legendSvg(points, height - 8),
    "</svg>\n",
  ].join("\n");
}

function panelSvg({ title, value, label }: Panel, points: readonly Point[], left: number): string {
  const inFlights = distinct(points.map(({ inFlight }) => inFlight));
  const highest = Math.max(1e-9, ...points.map(value).filter(Number.isFinite));
  const { width, height } = panel;
  const plotWidth = width - panel.left - panel.right;
  const plotHeight = height - panel.top - panel.bottom;
  const x = (inFlight: number): number =>
    panel.left + (plotWidth * inFlights.indexOf(inFlight)) / Math.max(1, inFlights.length - 1);
  const y = (amount: number): number => panel.top + plotHeight * (1 - amount / highest);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => share * highest);
  return [
    `<g transform="translate(${left} 0)">`,
    `<text x="${panel.left}" y="34">${title}</text>`,
    ...ticks.flatMap((tick) => [
      `<line x1="${panel.left}" x2="${width - panel.right}" y1="${round(y(tick))}" y2="${round(y(tick))}" stroke="#dddddd"/>`,
      `<text x="${panel.left - 6}" y="${round(y(tick) + 4)}" text-anchor="end">${label(tick)}</text>`,
    ]),
    ...inFlights.map(
      (inFlight) =>
        `<text x="${round(x(inFlight))}" y="${height - panel.bottom + 16}" text-anchor="middle">${inFlight}</text>`,
    ),
    `<text x="${panel.left + plotWidth / 2}" y="${height - panel.bottom + 34}" text-anchor="middle">batches in flight</text>`,
    ...distinct(points.map(({ batchSize }) => batchSize)).map((batchSize, index) => {
      const line = points
        .filter((point) => point.batchSize === batchSize && Number.isFinite(value(point)))
        .map((point) => `${round(x(point.inFlight))},${round(y(value(point)))}`);
      return `<polyline fill="none" stroke-width="2" stroke="${colourOf(index)}" points="${line.join(" ")}"/>`;
    }),
    "</g>",
  ].join("\n");
}

function legendSvg(points: readonly Point[], y: number): string {
  return distinct(points.map(({ batchSize }) => batchSize))
    .map((batchSize, index) => {
      const text = `<tspan fill="${colourOf(index)}">■</tspan> batch ${batchSize}`;
      return `<text x="${panel.left + index * 90}" y="${y}">${text}</text>`;
    })
    .join("\n");
}

function colourOf(index: number): string {
  return colours[index % colours.length] ?? "#000000";
}

function distinct(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((left, right) => left - right);
}

function round(value: number): string {
  return value.toFixed(1);
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
