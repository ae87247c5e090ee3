import { writeFileSync } from "node:fs";
import { findFences, flagOf, programOf, type Fence } from "./fences.ts";
import type { Page } from "./pages.ts";
import { runCommand } from "./run-command.ts";
import { hideServers, nameServers, type Servers } from "./servers.ts";
import { startServe, type ServeProcess } from "./start-serve.ts";

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

/** Where the blocks of a page run. */
export interface Place {
  /** A folder of the page's own. */
  readonly cwd: string;
  /** What a shell finds `npx` and `node` in. */
  readonly env: NodeJS.ProcessEnv;
  /** What is answered at localhost, until the page starts a server of its own. */
  readonly servers: Servers;
  /** Which blocks of shell commands run, by their flags. */
  readonly isRun: (fence: Fence) => boolean;
  /** The arguments that Node runs a program of the page with. */
  readonly program: (fence: Fence) => readonly string[];
  /** The text of a block of shell commands, as it runs here. */
  readonly commands: (code: string) => string;
}

/**
 * Runs the blocks of a page in their order, as a reader would: `run` is run, and its output compared with
 * the block that says `output` behind it; `serve` is a server that stays until the end of the page;
 * `file=NAME` is a file in the folder; `exit=N` is how a block is to end.
 */
export async function runPage(page: Page, place: Place): Promise<readonly Run[]> {
  const { cwd, env, isRun, program, commands } = place;
  const fences = findFences(page.text);
  const runs: Run[] = [];
  let { servers } = place;
  let serving: ServeProcess | undefined;
  try {
    for (const [index, fence] of fences.entries()) {
      const file = flagOf(fence, "file");
      const isOutput = fence.flags.includes("output");
      if (file !== undefined && !isOutput) {
        writeFileSync(`${cwd}/${file}`, nameServers(programOf(fence), servers));
      }
      if (!isRun(fence)) continue;
      const where = `${page.path}:${fence.line}`;
      if (fence.flags.includes("serve")) {
        serving = await startServe(commands(fence.code.trim()), { cwd, env });
        ({ servers } = serving);
        continue;
      }
      const next = fences[index + 1];
      const shown = next?.flags.includes("output") ? next : undefined;
      const [command, args] =
        fence.language === "sh"
          ? ["sh", ["-e", "-c", nameServers(commands(fence.code), servers)]]
          : [process.execPath, writeProgram(fence)];
      const exit = Number(flagOf(fence, "exit") ?? 0);
      const { printed, failure } = await runCommand(command, args, { cwd, env, exit });
      runs.push({ where, page, shown, printed: hideServers(printed, servers), failure });
    }
  } finally {
    await serving?.stop();
  }
  return runs;

  function writeProgram(fence: Fence): readonly string[] {
    const args = program(fence);
    const source = `${programOf(fence)}\nexport {};\n`;
    writeFileSync(args.at(-1) ?? "", nameServers(source, servers));
    return args;
  }
}
