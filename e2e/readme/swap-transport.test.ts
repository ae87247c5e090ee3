import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createStandardModels, startV2GrpcServer, startV2Server } from "@nereid/testing";
import { expect, it } from "vitest";

const run = promisify(execFile);
const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
const [tenLines = ""] = blocks;
const overGrpc = blocks.find((code) => code.startsWith("  transport: createGrpcTransport")) ?? "";

const records = `
const records = [1, 2, 3].map((value) => ({
  INPUT0: new Float32Array(16).fill(value),
  INPUT1: new Float32Array(16).fill(0.5),
}));
`;

/** Runs the example as a program of its own, and gives the first number of each line. */
async function numbersOf(example: string): Promise<readonly number[]> {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const folder = await mkdtemp(`${here}.run-`);
  try {
    const file = `${folder}/example.ts`;
    const imports = `import { createGrpcTransport } from "@nereid/transport-grpc";\n`;
    await writeFile(file, `${imports}${records}${example}`);
    const options = ["--conditions=@nereid/source", file];
    const { stdout } = await run(process.execPath, options, { timeout: 60_000 });
    return [...stdout.matchAll(/Float32Array\(16\) \[\s*([\d.]+)/g)].map(([, text]) =>
      Number(text),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

it("runs the README's ten lines over HTTP, and over gRPC with one line changed", async () => {
  await using http = await startV2Server({ models: createStandardModels() });
  await using grpc = await startV2GrpcServer({ models: createStandardModels() });
  const swapped = tenLines.replace(/^ {2}transport: .*\n/m, overGrpc);
  const changed = swapped.split("\n").filter((line, at) => line !== tenLines.split("\n")[at]);
  expect(changed).toEqual([overGrpc.trimEnd()]);
  const endpoint = (code: string): string =>
    code.replace("http://localhost:8000", http.url).replace("grpc://localhost:8001", grpc.url);
  expect(await numbersOf(endpoint(tenLines))).toEqual([1.5, 2.5, 3.5]);
  expect(await numbersOf(endpoint(swapped))).toEqual([1.5, 2.5, 3.5]);
  expect(grpc.host.received.length).toBeGreaterThan(0);
});
