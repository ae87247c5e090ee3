import { themes } from "../diagrams/drawing.ts";
import { drawings } from "../diagrams/drawings.ts";
import { renderMetrics } from "./render-metrics.ts";
import { renderOptions } from "./render-options.ts";
import { renderTroubleshooting } from "./render-troubleshooting.ts";
import { renderTypes } from "./render-types.ts";

/** The files that are written from the sources, and what writes each. */
export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  "options.md": renderOptions,
  "types.md": renderTypes,
  "metrics.md": renderMetrics,
  "troubleshooting.md": renderTroubleshooting,
  ...Object.fromEntries(
    Object.entries(drawings).flatMap(([name, draw]) =>
      themes.map((theme) => [`public/${name}-${theme.name}.svg`, () => draw(theme)]),
    ),
  ),
};
