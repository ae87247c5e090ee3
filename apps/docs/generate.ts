import { writeFileSync } from "node:fs";
import { renderOptions } from "./render-options.ts";

writeFileSync(new URL("./options.md", import.meta.url), renderOptions());
