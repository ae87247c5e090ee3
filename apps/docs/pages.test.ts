import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pages } from "./render/pages.ts";

it.each(Object.entries(pages))(
  "%s is what the sources say; if not, run: pnpm --filter @nereid/docs generate",
  async (file, render) => {
    const page = readFileSync(new URL(`./${file}`, import.meta.url), "utf8");
    expect(page).toBe(await render());
  },
);
