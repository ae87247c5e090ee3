import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A server in a process of its own, so that its work is not counted. */
export interface BenchServer {
  readonly port: number;
  stop(): void;
}

/** Starts one of the servers beside this file. */
export async function startServer(file: "http-server.ts" | "grpc-server.ts"): Promise<BenchServer> {
  const path = fileURLToPath(new URL(`./${file}`, import.meta.url));
  const child: ChildProcess = fork(path, { execArgv: [] });
  const port = await new Promise<number>((resolve) => {
    child.once("message", (message) => resolve(Number(message)));
  });
  return { port, stop: () => void child.kill() };
}
