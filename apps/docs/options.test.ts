import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { renderOptions } from "./render-options.ts";

it("shows the options as the schemas have them; if not, run: pnpm --filter @nereid/docs generate", () => {
  const page = readFileSync(new URL("./options.md", import.meta.url), "utf8");
  expect(page).toBe(renderOptions());
});
