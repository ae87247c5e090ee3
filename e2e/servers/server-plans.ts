import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, serversDir } from "./paths.ts";
import { ensureEnvironment } from "./python.ts";
import type { ServerName } from "./state.ts";
import { prepareTriton, writeRepository } from "./triton/prepare.ts";

/** The ports that a server is given. */
export interface Ports {
  readonly http: number;
  readonly grpc: number;
  readonly metrics: number;
}

/** What starts a server. */
export interface StartPlan {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** How each server is installed and started. */
export const serverPlans: Readonly<
  Record<ServerName, (ports: Ports, say: (line: string) => void) => StartPlan>
> = {
  triton: (ports, say) => planTriton(ports, writeRepository("models"), say),
  mlserver: (ports, say) => {
    const venv = ensureEnvironment("mlserver", say);
    return {
      command: join(venv, "bin/mlserver"),
      args: ["start", writeMlserverModels(ports)],
      env: { PYTHONPATH: join(serversDir, "mlserver"), PATH: withBin(venv) },
      cwd: join(cacheDir, "mlserver"),
    };
  },
  kserve: (ports, say) => {
    const venv = ensureEnvironment("kserve", say);
    return {
      command: join(venv, "bin/python"),
      args: [join(serversDir, "kserve/server.py"), String(ports.http), String(ports.grpc)],
      env: { PATH: withBin(venv) },
      cwd: join(cacheDir, "kserve"),
    };
  },
};

/** How Triton is started over a repository. */
export function planTriton(
  ports: Ports,
  repository: string,
  say: (line: string) => void,
): StartPlan {
  const { command, args, env } = prepareTriton(ensureEnvironment("triton", say), repository);
  return { command, args: [...args, ...tritonPorts(ports)], env, cwd: join(cacheDir, "triton") };
}

function tritonPorts({ http, grpc, metrics }: Ports): readonly string[] {
  return [
    "--http-address=127.0.0.1",
    `--http-port=${http}`,
    "--grpc-address=127.0.0.1",
    `--grpc-port=${grpc}`,
    "--metrics-address=127.0.0.1",
    `--metrics-port=${metrics}`,
  ];
}

function withBin(venv: string): string {
  return `${join(venv, "bin")}:${process.env["PATH"] ?? ""}`;
}

const datatypes = "BOOL INT8 INT16 INT32 INT64 UINT8 UINT16 UINT32 UINT64 FP32 FP64 BYTES";

const tensor = (name: string, datatype: string, width = -1): object => ({
  name,
  datatype,
  shape: [-1, width],
});

const echo = (name: string, datatype: string): object => ({
  name,
  implementation: "models.Echo",
  inputs: [tensor("IN", datatype)],
  outputs: [tensor("OUT", datatype)],
});

/** What MLServer serves, and what it tells of it. */
const mlserverModels: readonly object[] = [
  ...datatypes.split(" ").map((datatype) => echo(`echo_${datatype.toLowerCase()}`, datatype)),
  echo("echo_unbatched", "FP32"),
  {
    name: "add_sub",
    implementation: "models.AddSub",
    inputs: [tensor("INPUT0", "FP32", 16), tensor("INPUT1", "FP32", 16)],
    outputs: [tensor("OUTPUT0", "FP32", 16), tensor("OUTPUT1", "FP32", 16)],
  },
  {
    name: "poison",
    implementation: "models.Poison",
    inputs: [tensor("IN", "FP32", 1)],
    outputs: [tensor("OUT", "FP32", 1)],
  },
];

function writeMlserverModels({ http, grpc, metrics }: Ports): string {
  const dir = join(cacheDir, "mlserver/models");
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeJson(join(dir, "settings.json"), {
    debug: false,
    host: "127.0.0.1",
    http_port: http,
    grpc_port: grpc,
    metrics_port: metrics,
    // With workers, the event loop of the pinned version has no loop in its main thread and dies.
    parallel_workers: 0,
    grpc_max_message_length: 67108864,
  });
  for (const model of mlserverModels) {
    const name = String(Reflect.get(model, "name"));
    mkdirSync(join(dir, name));
    writeJson(join(dir, name, "model-settings.json"), { ...model, parameters: { version: "1" } });
  }
  return dir;
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
