import { expect, it } from "vitest";
import { renderTerminal } from "./terminal-svg.ts";

it("draws text with its colours, and columns that line up in any font", () => {
  const picture = renderTerminal("run", "a  \u{1b}[31mbad\u{1b}[39m <b>\n", 20);
  expect(picture).toContain(
    'textLength="25.2" lengthAdjust="spacingAndGlyphs" fill="#d7dae0">a\u00A0\u00A0<',
  );
  expect(picture).toContain(
    '<tspan x="45.2" textLength="25.2" lengthAdjust="spacingAndGlyphs" fill="#ff8a80">bad<',
  );
  expect(picture).toContain("&lt;b>");
  expect(picture).not.toContain("\u{1b}");
});
