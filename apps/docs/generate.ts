import { mkdirSync, writeFileSync } from "node:fs";
import { pages } from "./render/pages.ts";

for (const [file, render] of Object.entries(pages)) {
  const target = new URL(`./${file}`, import.meta.url);
  mkdirSync(new URL(".", target), { recursive: true });
  writeFileSync(target, await render());
}
