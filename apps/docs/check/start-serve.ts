import { spawn } from "node:child_process";
import { once } from "node:events";
import type { CommandPlace } from "./run-command.ts";
import type { Servers } from "./servers.ts";

/** A server that a page has started. */
export interface ServeProcess {
  readonly servers: Servers;
  /** Ends it as Ctrl-C does. @throws Error when it does not end well */
  stop(): Promise<void>;
}

const timeoutMs = 120_000;

/** Starts `nereid serve` on ports that are free, and waits until it says where it is. */
export async function startServe(
  command: string,
  { cwd, env }: Pick<CommandPlace, "cwd" | "env">,
): Promise<ServeProcess> {
  const free = `exec ${command} --http-port 0 --grpc-port 0`;
  // A group of its own: what npx starts hears of the end too.
  const child = spawn("sh", ["-c", free], { cwd, env, detached: true, stdio: "pipe" });
  const ended = once(child, "exit");
  const signalGroup = (signal: "SIGINT" | "SIGKILL"): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
  };
  let told = "";
  const servers = await new Promise<Servers>((resolve, reject) => {
    const fail = (): void => reject(new Error(`${free}: expected addresses, found "${told}"`));
    const timer = setTimeout(() => {
      signalGroup("SIGKILL");
      fail();
    }, timeoutMs);
    child.once("exit", fail);
    child.stderr.on("data", (chunk: Buffer) => {
      told += chunk.toString();
      const http = /^http:\S+$/m.exec(told)?.[0];
      const grpc = /^grpc:\S+$/m.exec(told)?.[0];
      if (http === undefined || grpc === undefined) return;
      clearTimeout(timer);
      child.off("exit", fail);
      resolve({ http, grpc });
    });
  });
  return {
    servers,
    async stop() {
      signalGroup("SIGINT");
      await ended;
    },
  };
}
