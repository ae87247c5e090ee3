import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const root: string = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

/** A page of the site, or a README. */
export interface Page {
  /** From the repository's folder. */
  readonly path: string;
  readonly text: string;
}

const patterns = ["*.md", "apps/docs/{,guides/,benchmarks/}*.md", "packages/*/README.md"];

/** Every page that people read, except what is written from the sources at build. */
export function listPages(): readonly Page[] {
  return globSync([...patterns, "examples/*.md", "examples/*/README.md"], { cwd: root })
    .sort()
    .map((path) => ({ path, text: readFileSync(`${root}/${path}`, "utf8") }));
}
