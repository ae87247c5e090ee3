import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The faulty servers, in a process of their own: its heap is not the client's. */
export interface FaultyServers {
  readonly http: string;
  readonly grpc: string;
  stop(): Promise<void>;
}

/** Starts both servers with the faults of a seed. @throws when the process ends before they listen */
export async function startServers(seed: number): Promise<FaultyServers> {
  const file = fileURLToPath(new URL("server.ts", import.meta.url));
  const child = fork(file, [String(seed)], { execArgv: ["--conditions=@nereid/source"] });
  const ended = once(child, "exit");
  const failed = ended.then(([code]) => {
    throw new Error(`soak server: expected it to listen, found it ended with ${String(code)}`);
  });
  failed.catch(() => undefined);
  const [urls] = await Promise.race([once(child, "message"), failed]);
  const { http, grpc } = readUrls(urls);
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  return { http, grpc, stop };
}

function readUrls(message: unknown): { readonly http: string; readonly grpc: string } {
  if (typeof message === "object" && message !== null && "http" in message && "grpc" in message) {
    return { http: String(message.http), grpc: String(message.grpc) };
  }
  throw new Error("soak server: expected its two addresses, found another message");
}
