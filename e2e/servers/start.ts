import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findFreePorts } from "./free-ports.ts";
import { cacheDir } from "./paths.ts";
import { serverPlans } from "./server-plans.ts";
import type { RunningServer, ServerName } from "./state.ts";

const readyWithinMs = 120_000;

/** Starts a server on free ports and waits until it takes requests. */
export async function startServer(
  name: ServerName,
  say: (line: string) => void,
): Promise<RunningServer> {
  const [http = 0, grpc = 0, metrics = 0] = await findFreePorts(3);
  const { command, args, env, cwd } = serverPlans[name]({ http, grpc, metrics }, say);
  const log = logPath(name);
  const output = openSync(log, "w");
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", output, output],
  });
  child.unref();
  let exit: string | undefined;
  child.on("exit", (code, signal) => (exit = `exit ${code ?? signal}`));
  child.on("error", (error) => (exit = error.message));
  const url = `http://127.0.0.1:${http}`;
  const deadline = performance.now() + readyWithinMs;
  while (!(await isReady(url))) {
    if (exit !== undefined || performance.now() > deadline) {
      const tail = readFileSync(log, "utf8").split("\n").slice(-15).join("\n");
      throw new Error(`expected ${name} to become ready, found ${exit ?? "no answer"}:\n${tail}`);
    }
    await sleep(200);
  }
  say(`${name}: ready at ${url}`);
  return { pid: child.pid ?? 0, http: url, grpc: `127.0.0.1:${grpc}` };
}

function logPath(name: ServerName): string {
  const dir = join(cacheDir, "logs");
  mkdirSync(dir, { recursive: true });
  return join(dir, `${name}.log`);
}

/** Does the server say that it is ready? */
export async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/v2/health/ready`);
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** Ends a server's process group, at first politely. */
export async function stopServer({ pid }: RunningServer): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (!signalGroup(pid, signal)) return;
    for (let wait = 0; wait < 50 && signalGroup(pid, 0); wait += 1) await sleep(200);
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
