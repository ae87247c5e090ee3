import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** The cores of the client and of the server; undefined where there is only one, or no taskset. */
export interface Cores {
  readonly client: number;
  readonly server: number;
}

/**
 * Binds this process, with all of its threads and what it starts, to one core, so that the servers can
 * have another one.
 */
export function pinClient(): Cores | undefined {
  if (availableParallelism() < 2) return undefined;
  try {
    execFileSync("taskset", ["-a", "-p", "-c", "0", String(process.pid)], { stdio: "ignore" });
    return { client: 0, server: 1 };
  } catch {
    return undefined;
  }
}

/** A command that runs on the server's core. */
export function onServerCore(command: readonly string[]): readonly string[] {
  return hasTaskset() ? ["taskset", "-c", "1", ...command] : command;
}

function hasTaskset(): boolean {
  try {
    execFileSync("taskset", ["-c", "1", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
