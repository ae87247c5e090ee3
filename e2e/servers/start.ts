import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findFreePorts } from "./free-ports.ts";
import { cacheDir } from "./paths.ts";
import { serverPlans, type Ports, type StartPlan } from "./server-plans.ts";
import type { RunningServer, ServerName } from "./state.ts";

const readyWithinMs = 120_000;

/** Starts a server on free ports and waits until it takes requests. */
export async function startServer(
  name: ServerName,
  say: (line: string) => void,
): Promise<RunningServer> {
  const [http = 0, grpc = 0, metrics = 0] = await findFreePorts(3);
  const ports = { http, grpc, metrics };
  const server = await launch(name, ports, serverPlans[name](ports, say));
  say(`${name}: ready at ${server.http}`);
  return server;
}

/**
 * Runs a plan and waits until the server takes requests.
 *
 * @param name - names its log
 * @throws with the end of the log, when it ends or takes too long
 */
export async function launch(
  name: string,
  { http, grpc }: Ports,
  { command, args, env, cwd }: StartPlan,
): Promise<RunningServer> {
  const output = openSync(logPath(name), "w");
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  child.unref();
  let exit: string | undefined;
  child.on("exit", (code, signal) => (exit = `exit ${code ?? signal}`));
  child.on("error", (error) => (exit = error.message));
  const url = `http://127.0.0.1:${http}`;
  const deadline = performance.now() + readyWithinMs;
  while (!(await isReady(url))) {
    if (exit !== undefined || performance.now() > deadline) {
      const problem = exit ?? "no answer";
      throw new Error(`expected ${name} to become ready, found ${problem}:\n${endOfLog(name)}`);
    }
    await sleep(200);
  }
  return { pid: child.pid ?? 0, http: url, grpc: `127.0.0.1:${grpc}` };
}

function logPath(name: string): string {
  const dir = join(cacheDir, "logs");
  mkdirSync(dir, { recursive: true });
  return join(dir, `${name}.log`);
}

/** The last lines that a server wrote. */
export function endOfLog(name: string): string {
  return readFileSync(logPath(name), "utf8").split("\n").slice(-40).join("\n");
}

/** Does the server say that it is ready? */
export function isReady(url: string): Promise<boolean> {
  return says(`${url}/v2/health/ready`);
}

/** Does the server say anything? It may, and have a model that is not ready. */
export function isLive(url: string): Promise<boolean> {
  return says(`${url}/v2/health/live`);
}

async function says(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url);
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
