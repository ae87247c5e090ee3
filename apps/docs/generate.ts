import { writeFileSync } from "node:fs";
import { pages } from "./render/pages.ts";

for (const [file, render] of Object.entries(pages)) {
  writeFileSync(new URL(`./${file}`, import.meta.url), await render());
}
