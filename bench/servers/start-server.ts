import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onServerCore } from "../measure/cores.ts";
import { buildServer } from "./build-server.ts";

/** A server in a process of its own, so that its work is not counted. */
export interface BenchServer {
  readonly port: number;
  /** What runs; with `node` the server may be what bounds the rate, and only CPU time is comparable. */
  readonly kind: "c++" | "node";
  stop(): void;
}

/** Starts a server of this folder: the one in C++ where it can be built, the one on Node elsewhere. */
export async function startServer(protocol: "http" | "grpc"): Promise<BenchServer> {
  const binary = buildServer(protocol);
  const script = fileURLToPath(new URL(`./${protocol}-server.ts`, import.meta.url));
  const [command = "", ...rest] = onServerCore(
    binary === undefined ? [process.execPath, script] : [binary],
  );
  // It ends when its input does, which is also the case when this process dies.
  const child = spawn(command, rest, { stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).once("line", (line) => resolve(Number(line)));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the ${protocol} server ended with ${code}`)));
  });
  child.unref();
  return { port, kind: binary === undefined ? "node" : "c++", stop: () => child.stdin.end() };
}

/** What a row says of the server that it was measured with. */
export function noteOf({ kind }: BenchServer): string {
  return kind === "c++" ? "server in C++" : "server-bound: rates are not comparable";
}
