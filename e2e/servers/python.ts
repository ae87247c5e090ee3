import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, serversDir } from "./paths.ts";
import type { ServerName } from "./state.ts";

/** What the servers need of the machine, in one sentence; undefined when all is there. */
export function missingFromMachine(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return `expected Linux on x64, which the Triton package is built for, found ${process.platform} on ${process.arch}`;
  }
  const version = run("python3", ["-c", "import sys, venv; print(sys.version_info[1])"]);
  if (version === undefined) return "expected python3 with the venv module, found none";
  const minor = Number(version);
  if (minor < 10 || minor > 12) return `expected Python 3.10 to 3.12, found 3.${minor}`;
  return undefined;
}

function run(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

/** A private environment with a server's pinned packages; installed when they changed. */
export function ensureEnvironment(name: ServerName, say: (line: string) => void): string {
  const dir = join(cacheDir, name);
  const venv = join(dir, "venv");
  const requirements = join(serversDir, name, "requirements.txt");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const stamp = join(dir, "installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return venv;
  mkdirSync(dir, { recursive: true });
  say(`${name}: installing its packages`);
  mustRun("python3", ["-m", "venv", "--clear", venv]);
  mustRun(join(venv, "bin/pip"), ["install", "--quiet", "--no-deps", "-r", requirements]);
  writeFileSync(stamp, wanted);
  return venv;
}

function mustRun(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim().split("\n").at(-1);
  throw new Error(`expected "${command} ${args[0] ?? ""} …" to succeed, found: ${reason}`);
}

/** The output of a Python expression in an environment. */
export function askPython(venv: string, code: string): string {
  const answer = run(join(venv, "bin/python"), ["-c", code]);
  if (answer === undefined)
    throw new Error(`expected the environment's Python to answer, it failed`);
  return answer;
}
