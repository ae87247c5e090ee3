import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createStandardModels, startV2GrpcServer, startV2Server } from "@nereid/testing";
import type { Program } from "./compile-blocks.ts";
import { root, type Page } from "./pages.ts";
import { runPage, type Run } from "./run-page.ts";

const cache = `${root}/apps/docs/.cache`;
const main = `${root}/packages/cli/src/main.ts`;

/** Runs the blocks of all pages from the sources, against servers of `@nereid/testing`. */
export async function runBlocks(
  pages: readonly Page[],
  programs: readonly Program[],
): Promise<readonly Run[]> {
  const models = createStandardModels();
  await using http = await startV2Server({ models });
  await using grpc = await startV2GrpcServer({ models: http.host });
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0", PATH: commandsPath() };
  const runs: Run[] = [];
  for (const page of pages) {
    const cwd = `${cache}/runs/${page.path.replaceAll(/[^\w]+/g, "-")}`;
    rmSync(cwd, { recursive: true, force: true });
    mkdirSync(cwd, { recursive: true });
    const done = await runPage(page, {
      cwd,
      env,
      servers: { http: http.url, grpc: grpc.url },
      isRun: ({ flags }) => flags.includes("run") || flags.includes("serve"),
      program({ line }) {
        const file = programs.find(({ where }) => where === `${page.path}:${line}`)?.file ?? "";
        return ["--conditions=@nereid/source", file.replace(/\.ts$/, ".run.ts")];
      },
      commands: (code) => code,
    });
    runs.push(...done);
  }
  return runs;
}

/** A path with an `npx` in front that runs the command from its sources. */
function commandsPath(): string {
  const folder = `${cache}/bin`;
  mkdirSync(folder, { recursive: true });
  const npx = `#!/bin/sh
case "$1" in
  nereid | @nereid/cli) shift; exec "${process.execPath}" --conditions=@nereid/source "${main}" "$@" ;;
  *) echo "npx: expected nereid, found $1" >&2; exit 1 ;;
esac
`;
  writeFileSync(`${folder}/npx`, npx);
  chmodSync(`${folder}/npx`, 0o755);
  return `${folder}:${process.env["PATH"] ?? ""}`;
}
