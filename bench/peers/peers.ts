import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cacheDir } from "../servers/build-server.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
/** Where `bench peers install` puts them. */
export const peersDir = `${cacheDir}peers/`;

/** Where the Python clients run. */
export const python = `${peersDir}python/bin/python`;

/** A client in another language: how it is started, and whether it is there. */
export interface Peer {
  readonly name: string;
  /** False for one that takes host and port alone. */
  readonly wantsScheme: boolean;
  /** Takes, behind these: address, model, floats, in flight, and how long to warm up and to measure. */
  readonly command: readonly string[];
  readonly isInstalled: () => boolean;
  /** How long it is warmed up. Default: as long as the contest says, for what is compiled while it runs. */
  readonly warmMs?: number;
}

function inPython(kind: string): Peer {
  return {
    name: `tritonclient ${kind} (Python)`,
    wantsScheme: false,
    command: [python, `${here}python/client.py`, kind],
    isInstalled: () => existsSync(`${peersDir}python/installed`),
    // Nothing is compiled; what is made once is made.
    warmMs: 1000,
  };
}

function inJava(name: string, dir: string, main: string): Peer {
  const root = `${peersDir}${dir}`;
  return {
    name,
    wantsScheme: true,
    command: ["java", "-cp", `${root}/classes:${root}/lib/*`, main],
    isInstalled: () => existsSync(`${root}/classes/${main}.class`),
  };
}

/** The usual way in Node; in a process of its own, because its garbage would be ours to collect. */
const fetchJson: Peer = {
  name: "fetch with JSON (Node)",
  wantsScheme: true,
  command: [process.execPath, ...process.execArgv, `${here}node-client.ts`, "fetch-json"],
  isInstalled: () => true,
};

/** Every peer. */
export const peers = {
  httpAio: inPython("http.aio"),
  httpGevent: inPython("http"),
  grpcAio: inPython("grpc.aio"),
  grpcThreads: inPython("grpc"),
  okhttp: inJava("OkHttp + Jackson as Flink uses them (Java)", "java", "OkHttpJson"),
  fetchJson,
  flink: inJava("Apache Flink's Triton function (Java)", "flink", "FlinkTriton"),
} as const satisfies Readonly<Record<string, Peer>>;
