import { expect, it } from "vitest";
import { renderCurves } from "./render-curves.ts";

const page = renderCurves([
  {
    kind: "chart",
    chart: "growth",
    title: "Growth",
    x: { label: "input", bytes: true },
    y: { label: "CPU µs", scale: "log" },
    series: [
      {
        name: "infer",
        points: [
          [1024, 20.123],
          [2048, 1234.5],
        ],
      },
      { name: "socket", points: [[1024, 7]] },
    ],
    demand: { text: "at most twice", lines: [], verdict: "fail" },
    note: "over loopback",
  },
]);

it("shows the drawing of each theme and says in words what it shows", () => {
  const words =
    "Growth. CPU µs over input. infer: 20.1 at 1 KiB, 1,235 at 2 KiB; socket: 7 at 1 KiB, 7 at 1 KiB.";
  for (const theme of ["light", "dark"]) {
    expect(page).toContain(
      `<img class="${theme}-only" src="/bench-growth-${theme}.svg" alt="${words}">`,
    );
  }
});

it("says whether the demand was kept, and what was measured", () => {
  expect(page).toContain("Demanded: at most twice. This run: **not kept**.");
  expect(page).toContain("Over loopback.");
});

it("lists every figure, and leaves the place of a missing one empty", () => {
  expect(page).toContain("| input | infer | socket |");
  expect(page).toContain("| 1 KiB | 20.1 | 7 |");
  expect(page).toContain("| 2 KiB | 1,235 |  |");
});
