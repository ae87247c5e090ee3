import { describe, expect, it } from "vitest";
import type { Chart } from "@nereid/bench/curves/curve.ts";
import { themes, type Theme } from "../diagrams/drawing.ts";
import { drawChart } from "./draw-chart.ts";

const chart: Chart = {
  chart: "growth",
  title: "Cost & growth",
  x: { label: "bytes of an input", bytes: true },
  y: { label: "CPU µs per request", scale: "log" },
  series: [
    {
      name: "infer",
      points: [
        [64, 20],
        [65_536, 40],
        [1_048_576, 300],
      ],
    },
    {
      name: "bare <socket>",
      points: [
        [64, 8],
        [65_536, 20],
        [1_048_576, 250],
      ],
    },
  ],
  demand: {
    text: "twice the socket",
    verdict: "pass",
    lines: [
      [
        [65_536, 40],
        [1_048_576, 500],
      ],
    ],
  },
};
const [light, dark] = themes as readonly [Theme, Theme];

describe("a chart", () => {
  const drawing = drawChart(chart, light);

  it("has its title, both axes with their units, and a name for each curve and the demand", () => {
    for (const label of [
      "<title>Cost &amp; growth</title>",
      ">bytes of an input<",
      ">CPU µs per request<",
      ">infer<",
      ">bare &lt;socket><",
      ">demand<",
      ">64 B<",
      ">1 MiB<",
    ]) {
      expect(drawing).toContain(label);
    }
  });

  it("draws the demand as a broken line, and none where there is none", () => {
    expect(drawing).toContain("stroke-dasharray");
    const { demand: _, ...free } = chart;
    expect(drawChart(free, light)).not.toContain("stroke-dasharray");
    expect(drawChart(free, light)).not.toContain(">demand<");
  });

  it("keeps every mark inside of the drawing", () => {
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(drawing) ?? [];
    const places = [...drawing.matchAll(/points="([^"]+)"/g)].flatMap(([, points = ""]) =>
      points.split(/[ ,]/).map(Number),
    );
    expect(places.length).toBeGreaterThan(20);
    for (const place of places) {
      expect(place).toBeGreaterThanOrEqual(0);
      expect(place).toBeLessThanOrEqual(Math.max(Number(width), Number(height)));
    }
  });

  it("is as wide as a phone can show with letters of its own size", () => {
    expect(drawing).toContain('viewBox="0 0 380 ');
  });

  it("has other colours on a dark page", () => {
    expect(drawChart(chart, dark)).not.toContain("#0072b2");
    expect(drawing).toContain("#0072b2");
  });
});
