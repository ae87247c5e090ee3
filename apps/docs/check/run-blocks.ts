import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { createStandardModels, startV2GrpcServer, startV2Server } from "@nereid/testing";
import type { Program } from "./compile-blocks.ts";
import { findFences, type Fence } from "./fences.ts";
import { root, type Page } from "./pages.ts";

const execute = promisify(execFile);

/** A block that is run, and the block of output that follows it. */
export interface Run {
  readonly where: string;
  readonly page: Page;
  /** The output that the page shows, or undefined when it shows none. */
  readonly shown: Fence | undefined;
  readonly printed: string;
  /** Why it ended badly, or undefined when it ended well. */
  readonly failure: string | undefined;
}

interface Servers {
  readonly http: string;
  readonly grpc: string;
}

/**
 * Runs every block that says `run`, against servers of `@nereid/testing` in place of localhost.
 * A block that says `file=NAME` is a file beside those of its page that run.
 */
export async function runBlocks(
  pages: readonly Page[],
  programs: readonly Program[],
): Promise<readonly Run[]> {
  const models = createStandardModels();
  await using http = await startV2Server({ models });
  await using grpc = await startV2GrpcServer({ models: http.host });
  const servers = { http: http.url, grpc: grpc.url };
  const runs: Run[] = [];
  for (const page of pages) {
    const fences = findFences(page.text);
    const cwd = `${root}/apps/docs/.cache/runs/${page.path.replaceAll(/[^\w]+/g, "-")}`;
    rmSync(cwd, { recursive: true, force: true });
    mkdirSync(cwd, { recursive: true });
    for (const [index, fence] of fences.entries()) {
      const name = fence.flags.find((flag) => flag.startsWith("file="))?.slice("file=".length);
      if (name !== undefined) writeFileSync(`${cwd}/${name}`, fence.code);
      if (!fence.flags.includes("run")) continue;
      const next = fences[index + 1];
      const shown = next !== undefined && next.flags.includes("output") ? next : undefined;
      const where = `${page.path}:${fence.line}`;
      const file = programs.find((program) => program.where === where)?.file;
      const ran = file === undefined ? runShell(fence, servers, cwd) : runFile(file, servers, cwd);
      const result = await ran.then(
        (text) => ({ printed: hideServers(text, servers), failure: undefined }),
        (error: unknown) => ({ printed: "", failure: String(error) }),
      );
      runs.push({ where, page, shown, ...result });
    }
  }
  return runs;
}

async function runFile(file: string, { http, grpc }: Servers, cwd: string): Promise<string> {
  const source = readFileSync(file, "utf8");
  const running = file.replace(/\.ts$/, ".run.ts");
  writeFileSync(
    running,
    source.replaceAll("http://localhost:8000", http).replaceAll("grpc://localhost:8001", grpc),
  );
  return run(process.execPath, ["--conditions=@nereid/source", running], cwd);
}

/** Runs the lines of a shell block, each of which calls the command. */
async function runShell({ code }: Fence, { http, grpc }: Servers, cwd: string): Promise<string> {
  let printed = "";
  for (const line of code.trim().split("\n")) {
    const words = line
      .replaceAll("http://localhost:8000", http)
      .replaceAll("grpc://localhost:8001", grpc)
      .split(/\s+/);
    if (words[0] !== "npx" || words[1] !== "@nereid/cli") throw new Error(`cannot run: ${line}`);
    const main = `${root}/packages/cli/src/main.ts`;
    const args = ["--conditions=@nereid/source", main, ...words.slice(2)];
    printed += await run(process.execPath, args, cwd);
  }
  return printed;
}

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" };
  const { stdout } = await execute(command, args, { cwd, env, timeout: 120_000 });
  return stdout;
}

/** Puts the addresses of the page back in place of those of the run. */
function hideServers(printed: string, { http, grpc }: Servers): string {
  return printed
    .replaceAll(http, "http://localhost:8000")
    .replaceAll(grpc, "grpc://localhost:8001")
    .replaceAll(new URL(http).host, "localhost:8000")
    .replaceAll(grpc.replace("grpc://", ""), "localhost:8001");
}
