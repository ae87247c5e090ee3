import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createModel } from "@nereid/core";
import { createStandardModels, startV2GrpcServer, startV2Server } from "@nereid/testing";
import { createHttpTransport } from "@nereid/transport-http";
import { afterAll, describe, expect, it } from "vitest";
import { modelsSource } from "../src/types/model-source.ts";
import { run } from "./run.fixture.ts";

const server = await startV2Server({ models: createStandardModels() });
const grpc = await startV2GrpcServer({ models: createStandardModels() });
// Inside the package, so that imports of it are found.
const cache = fileURLToPath(new URL("../node_modules/.cache", import.meta.url));
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "types-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([server.close(), grpc.close()]);
});

const binary = (name: string): string =>
  fileURLToPath(new URL(`../../../node_modules/.bin/${name}`, import.meta.url));
const file = join(folder, "models.ts");
const names = [...createStandardModels().map(({ name }) => name), "version:2"];

/** Compiles a module under the strictest rules that a user may have. */
function compile(source: string): string {
  const options =
    "--ignoreConfig --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --noEmit";
  const modules =
    "--module nodenext --allowImportingTsExtensions --customConditions @nereid/source";
  const lib = "--target es2024 --lib es2024,esnext.disposable --types node --skipLibCheck";
  const args = `${options} ${modules} ${lib} ${source}`.split(" ");
  try {
    return execFileSync(binary("tsc"), args, { encoding: "utf8", cwd: folder });
  } catch (error) {
    return error instanceof Error ? String(Reflect.get(error, "stdout")) : String(error);
  }
}

describe("nereid types", () => {
  it("writes a module that compiles, is formatted, and that createModel takes", async () => {
    const { code, err } = await run(["types", server.url, ...names, "-o", file]);
    expect(err).toBe("");
    expect(code).toBe(0);
    writeFileSync(
      join(folder, "use.ts"),
      `import { createModel, type Model } from "@nereid/core";
       import { createHttpTransport } from "@nereid/transport-http";
       import { addSub, type AddSubRecord, type AddSubRow } from "./models.ts";
       const transport = createHttpTransport({ endpoint: "http://localhost:8000" });
       export const model: Model<AddSubRecord, AddSubRow> = await createModel({ transport, ...addSub });
       export const sum: Float32Array = (await model.predict({ INPUT0: [1], INPUT1: [2] })).OUTPUT0;
       // @ts-expect-error there is no such output
       export const none = (await model.predict({ INPUT0: [1], INPUT1: [2] })).OUTPUT7;
       // @ts-expect-error an input is missing
       await model.predict({ INPUT0: [1] });`,
    );
    expect(compile(join(folder, "use.ts"))).toBe("");
    execFileSync(binary("oxfmt"), ["--check", "--config", configFile(), file]);
  }, 60_000);

  it("declares models that work with their server", async () => {
    await run(["types", server.url, ...names, "-o", file]);
    const { addSub } = await import(`${pathToFileURL(file).href}?once`);
    const transport = createHttpTransport({ endpoint: server.url });
    await using model = await createModel({ transport, ...addSub });
    const ones = new Float32Array(16).fill(1);
    expect(await model.predict({ INPUT0: ones, INPUT1: ones })).toEqual({
      OUTPUT0: new Float32Array(16).fill(2),
      OUTPUT1: new Float32Array(16),
    });
  });

  it("writes the same over gRPC, and to standard output without a file", async () => {
    const overHttp = await run(["types", server.url, "add_sub", "poison"]);
    const overGrpc = await run(["types", grpc.url, "add_sub", "poison"]);
    expect(overHttp.out).toContain("export const addSub = {");
    expect(overGrpc.out).toBe(overHttp.out);
  });

  it("checks a file, and shows what changed", async () => {
    await run(["types", server.url, "add_sub", "-o", file]);
    expect(await run(["types", server.url, "add_sub", "-o", file, "--check"])).toMatchObject({
      code: 0,
      err: "",
    });
    writeFileSync(file, readFileSync(file, "utf8").replace("FP32 [16]", "FP32 [32]"));
    const changed = await run(["types", server.url, "add_sub", "-o", file, "--check"]);
    expect(changed.code).toBe(1);
    expect(changed.err).toContain("-     /** FP32 [32] */");
    expect(readFileSync(file, "utf8")).toContain("FP32 [32]");
  });

  it("needs a file to check", async () => {
    const { code, err } = await run(["types", server.url, "add_sub", "--check"]);
    expect(code).toBe(2);
    expect(err).toContain("--check: expected --output FILE with it");
  });
});

describe("the declaration of a model", () => {
  const tensor = { datatype: "INT64", shape: [-1, 1] } as const;

  it("says what createModel would otherwise guess, where the server does not tell", () => {
    const metadata = {
      name: "m",
      versions: [],
      platform: "",
      inputs: [{ ...tensor, name: "x" }],
      outputs: [{ ...tensor, name: "y" }],
    };
    const source = modelsSource([{ ref: { name: "m" }, metadata }]);
    expect(source).toContain("  batchDimension: true,\n");
    expect(source).toContain("    x: int64(),\n");
  });

  it("survives names that are no names in TypeScript", () => {
    const inputs = ["input-1", "__proto__", 'a"b', "class"].map((name) => ({ ...tensor, name }));
    const metadata = { name: "m", versions: [], platform: "", maxBatchRows: 8, inputs };
    const names = ["class", "7b", "Class", "日本", "---", "array", "a-b", "a_b"];
    const source = modelsSource(
      names.map((name) => ({
        ref: { name },
        metadata: { ...metadata, outputs: [{ ...tensor, name: "out" }] },
      })),
    );
    const module = join(folder, "names.ts");
    writeFileSync(module, source);
    expect(compile(module)).toBe("");
    execFileSync(binary("oxfmt"), ["--check", "--config", configFile(), module]);
    const found = [...source.matchAll(/^export const (\S+)/gm)].map(([, name]) => name);
    expect(new Set(found).size).toBe(names.length);
  }, 60_000);
});

/** Formatters' own settings, whatever this repository likes. */
function configFile(): string {
  const path = join(folder, "oxfmt.json");
  writeFileSync(path, "{}");
  return path;
}
