import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, serversDir } from "./paths.ts";
import { ensureEnvironment } from "./python.ts";
import type { ServerName } from "./state.ts";
import { prepareTriton } from "./triton/prepare.ts";

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
  triton: (ports, say) => {
    const { command, args, env } = prepareTriton(ensureEnvironment("triton", say));
    return { command, args: [...args, ...tritonPorts(ports)], env, cwd: join(cacheDir, "triton") };
  },
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

/** The tensors that MLServer tells of a model. */
const fp32 = (name: string): object => ({ name, datatype: "FP32", shape: [-1, 16] });

const mlserverModels: readonly object[] = [
  { name: "echo", implementation: "models.Echo" },
  {
    name: "add_sub",
    implementation: "models.AddSub",
    inputs: [fp32("INPUT0"), fp32("INPUT1")],
    outputs: [fp32("OUTPUT0"), fp32("OUTPUT1")],
  },
  { name: "refuse", implementation: "models.Refuse" },
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
    writeJson(join(dir, name, "model-settings.json"), { ...model, parameters: { version: "v1" } });
  }
  return dir;
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
