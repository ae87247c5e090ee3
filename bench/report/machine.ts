import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";

/** Where and with what a run was made. */
export interface RunFacts {
  readonly date: string;
  /** Of the repository; with "+" when files had been changed. */
  readonly commit: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** True when client and servers had a core each. */
  readonly isPinned: boolean;
  readonly effort: number;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** Collects the facts of a run that begins. */
export function describeRun(own: Pick<RunFacts, "isPinned" | "effort" | "seed">): RunFacts {
  const changes = git("status", "--porcelain") === "" ? "" : "+";
  return {
    date: new Date().toISOString(),
    commit: `${git("rev-parse", "--short", "HEAD")}${changes}`,
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    versions: { undici: versionOf("undici"), "grpc-js": versionOf("@grpc/grpc-js") },
    ...own,
  };
}

function git(...args: readonly string[]): string {
  try {
    return execFileSync("git", args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "unknown";
  }
}

function versionOf(name: string): string {
  const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const { version }: { version?: string } = JSON.parse(readFileSync(path, "utf8"));
  return version ?? "unknown";
}
