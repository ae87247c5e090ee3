import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createStandardModels, startV2GrpcServer, startV2Server } from "@nereid/testing";
import { packAll, run, type PackedPackage } from "./pack.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What a package's example needs beside the package. */
const alsoInstalled: Readonly<Record<string, readonly string[]>> = {
  "@nereid/runner-onnx": ["onnxruntime-node@1.30.0"],
  "@nereid/core": ["@nereid/testing"],
  "@nereid/integration-streams": ["@nereid/testing"],
  "@nereid/metrics-otel": ["@nereid/testing", "@opentelemetry/api"],
};

/** What the light packages must not bring in. */
const heavy = ["@grpc/grpc-js", "@opentelemetry/api", "onnxruntime-node", "vitest"];

const packed = packAll(root, join(root, ".cache/packs"));
const byName = new Map(packed.map((one) => [one.name, one]));

function withOurs(name: string): readonly PackedPackage[] {
  const one = byName.get(name);
  return one === undefined ? [] : [...one.ours.flatMap(withOurs), one];
}

/** Installs a package with what it needs of ours into an empty project. */
function install(name: string): string {
  const project = mkdtempSync(join(tmpdir(), "nereid-install-"));
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  const more = alsoInstalled[name] ?? [];
  const tarballs = [name, ...more].flatMap(withOurs).map(({ tarball }) => tarball);
  const foreign = more.filter((one) => !byName.has(one));
  const args = [
    "install",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    ...new Set(tarballs),
    ...foreign,
  ];
  run("npm", args, project);
  return project;
}

/** The servers that examples talk to, by the address that they name. */
type Servers = Readonly<Record<string, string>>;

/** The examples of a README, with real servers where they name one. */
function examplesOf({ dir }: PackedPackage, servers: Servers): readonly string[] {
  const readme = readFileSync(join(dir, "README.md"), "utf8");
  return Array.from(readme.matchAll(/```ts\n([\s\S]*?)```/g), ([, example = ""]) =>
    Object.entries(servers).reduce((text, [named, real]) => text.replaceAll(named, real), example),
  );
}

/** Runs a file without blocking, for the server of its example lives in this process. */
function runExample(project: string): Promise<void> {
  const child = spawn(process.execPath, ["example.ts"], { cwd: project, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`example: exit ${code}`)),
    );
  });
}

async function check(one: PackedPackage, servers: Servers): Promise<void> {
  const project = install(one.name);
  try {
    const examples = examplesOf(one, servers);
    if (examples.length === 0) {
      const folder = join(project, "node_modules/@nereid/cli");
      say(run(process.execPath, ["node_modules/.bin/nereid", "demo", folder], project));
    }
    copyFileSync(
      join(root, "packages/cli/model/classifier.onnx"),
      join(project, "classifier.onnx"),
    );
    for (const example of examples) {
      writeFileSync(join(project, "example.ts"), example);
      await runExample(project);
    }
    if (one.name === "@nereid/transport-http") {
      const found = heavy.filter((name) => existsSync(join(project, "node_modules", name)));
      if (found.length > 0)
        throw new Error(`expected none of ${heavy.join(", ")}, found ${found.join(", ")}`);
    }
    say(`${one.name}: installs alone, and its examples run`);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

await using http = await startV2Server({ models: createStandardModels() });
await using grpc = await startV2GrpcServer({ models: createStandardModels() });
const servers = { "http://localhost:8000": http.url, "grpc://localhost:8001": grpc.url };
for (const one of packed) await check(one, servers);
