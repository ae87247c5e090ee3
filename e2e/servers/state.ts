import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "./paths.ts";

/** A server that runs. */
export interface RunningServer {
  /** Leader of its process group. */
  readonly pid: number;
  /** `http://127.0.0.1:…` */
  readonly http: string;
  /** `127.0.0.1:…` */
  readonly grpc: string;
}

/** The names of the servers, and how tests name them. */
export const serverNames = ["triton", "mlserver", "kserve"] as const;

export type ServerName = (typeof serverNames)[number];

/** The servers that run, by name. */
export type Servers = Partial<Readonly<Record<ServerName, RunningServer>>>;

const statePath = join(cacheDir, "state.json");

/** What was started and not stopped since. */
export function readState(): Servers {
  if (!existsSync(statePath)) return {};
  const servers: Servers = JSON.parse(readFileSync(statePath, "utf8"));
  return servers;
}

export function writeState(servers: Servers): void {
  mkdirSync(cacheDir, { recursive: true });
  writeFileSync(statePath, `${JSON.stringify(servers, null, 2)}\n`);
}

export function clearState(): void {
  rmSync(statePath, { force: true });
}

/** The server that a test needs. @throws when it was not started */
export function requireServer(name: ServerName): RunningServer {
  const server = readState()[name];
  if (server === undefined) throw new Error(`${name} does not run; start it with: pnpm servers up`);
  return server;
}
