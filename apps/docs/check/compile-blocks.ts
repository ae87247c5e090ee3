import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { findFences, flagOf, programOf, type Fence } from "./fences.ts";
import { root, type Page } from "./pages.ts";

/** A TypeScript block as a program in a file of its own. */
export interface Program {
  readonly page: Page;
  readonly fence: Fence;
  /** `guides/streams.md:42` */
  readonly where: string;
  readonly file: string;
}

const folder = `${root}/apps/docs/.cache/blocks`;

/** Writes every TypeScript block of the pages as a file, in a folder for each page. */
export function writePrograms(pages: readonly Page[]): readonly Program[] {
  rmSync(folder, { recursive: true, force: true });
  return pages.flatMap((page) => {
    const name = page.path.replace(/\.md$/, "").replaceAll(/[^\w]+/g, "-");
    mkdirSync(`${folder}/${name}`, { recursive: true });
    return findFences(page.text)
      .filter((fence) => fence.language === "ts" && flagOf(fence, "from") === undefined)
      .map((fence) => {
        // What a page shows as a file is imported under its name.
        const file = `${folder}/${name}/${flagOf(fence, "file") ?? `line-${fence.line}.ts`}`;
        writeFileSync(file, `${programOf(fence)}\nexport {};\n`);
        return { page, fence, where: `${page.path}:${fence.line}`, file };
      });
  });
}

/** Compiles all of them at once, as strictly as the packages. @returns what the compiler says */
export function compileErrors(programs: readonly Program[]): readonly string[] {
  const options = {
    extends: "../../../../tsconfig.test.json",
    compilerOptions: { rootDir: "../../../..", noUnusedLocals: false, noUnusedParameters: false },
    include: ["**/*.ts"],
    exclude: [],
  };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(options));
  try {
    execFileSync(`${root}/node_modules/.bin/tsc`, ["-p", folder, "--pretty", "false"], {
      encoding: "utf8",
    });
    return [];
  } catch (error) {
    if (!(error instanceof Error && "stdout" in error)) throw error;
    return String(error.stdout)
      .trim()
      .split("\n")
      .map((line) => locate(line, programs));
  }
}

/** Names the page instead of the file that its block was written to. */
function locate(line: string, programs: readonly Program[]): string {
  const found = programs.find(({ file }) => line.includes(file.slice(folder.length + 1)));
  return found === undefined ? line : `${found.where}: ${line.replace(/^.*?\.ts/, "")}`;
}
