import { createHash } from "node:crypto";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModelFromOptions } from "@nereid/core";
import { createTensor } from "@nereid/core/transport-kit";
import { afterAll, describe, expect, it } from "vitest";
import { createOnnxRunner, onnxProvider, type OnnxModel } from "../src/index.ts";
import { externalModel, identityModel } from "./tiny-models.fixture.ts";

const root = mkdtempSync(join(tmpdir(), "nereid-onnx-"));
const folder = join(root, "model");
mkdirSync(join(folder, "weights"), { recursive: true });
afterAll(() => rmSync(root, { recursive: true }));

const weights = new Uint8Array(new Float32Array([1, 2]).buffer);
for (const path of ["secret", "model/weights.bin", "model/weights/deep.bin", "model/first-name"]) {
  writeFileSync(join(root, path), weights);
}
symlinkSync(join(root, "secret"), join(folder, "symlink.bin"));
symlinkSync(root, join(folder, "symlinked"));
linkSync(join(root, "secret"), join(folder, "hardlink.bin"));

let made = 0;
function written(model: Uint8Array): string {
  made += 1;
  const path = join(folder, `${made}.onnx`);
  writeFileSync(path, model);
  return path;
}

async function sumOf(model: OnnxModel): Promise<unknown> {
  await using runner = await createOnnxRunner({ models: { add: model } });
  const inputs = [createTensor("X", "FP32", [2], Float32Array.of(10, 20))];
  const call = { signal: new AbortController().signal, headers: {}, attempt: 1 };
  const { outputs } = await runner.infer({ model: { name: "add" }, inputs }, call);
  return outputs[0]?.data;
}

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("a model with data in other files", () => {
  it.each(["weights.bin", "weights/deep.bin", "./weights.bin"])("may have it in %s", async (at) => {
    expect(await sumOf({ path: written(externalModel(at)) })).toEqual(Float32Array.of(11, 22));
  });

  it.each([
    ["above its folder", "../secret", "another place"],
    ["above by a detour", "weights/../../secret", "another place"],
    ["above as Windows has it", "..\\secret", "another place"],
    ["at an absolute path", join(root, "secret"), "another place"],
    ["on a drive", "C:secret", "another place"],
    ["behind a symbolic link", "symlink.bin", "a symbolic link"],
    ["in a folder that is a symbolic link", "symlinked/secret", "a symbolic link"],
    ["behind a hard link", "hardlink.bin", "a hard link"],
    ["in a folder", "weights", "no file"],
    ["in a file that is not there", "gone.bin", "no such file"],
    ["in the memory of the process", "*/_ORT_MEM_ADDR_/*", "no such file"],
  ])("is refused before it is loaded with data %s", async (_, at, found) => {
    const loading = createOnnxRunner({ models: { add: { path: written(externalModel(at)) } } });
    await expect(loading).rejects.toThrow(
      `expected external data in files of the model's folder, found ${found}`,
    );
  });

  it("is refused as bytes, which have no folder, and with a digest that does not cover it", async () => {
    const bytes = externalModel("weights.bin");
    await expect(sumOf({ bytes })).rejects.toThrow("found one with external data");
    const pinned = sumOf({ path: written(bytes), sha256: digestOf(bytes) });
    await expect(pinned).rejects.toThrow("found external data beside it");
  });

  it("counts the data beside it to its size", async () => {
    const bytes = externalModel("weights.bin");
    const path = written(bytes);
    const maxBytes = bytes.length + weights.length;
    expect(await sumOf({ path, maxBytes })).toEqual(Float32Array.of(11, 22));
    await expect(sumOf({ path, maxBytes: maxBytes - 1 })).rejects.toThrow(
      `expected at most ${maxBytes - 1} bytes, found ${maxBytes}`,
    );
  });
});

describe("a model with a digest", () => {
  const model = identityModel("FP32");
  const digest = digestOf(model);

  it("is loaded when it has that digest, from a file and from bytes", async () => {
    const same = Float32Array.of(10, 20);
    expect(await sumOf({ path: written(model), sha256: digest })).toEqual(same);
    expect(await sumOf({ bytes: model, sha256: digest.toUpperCase() })).toEqual(same);
  });

  it("is refused with another, also from an option map", async () => {
    const path = written(identityModel("INT8"));
    const problem = `expected the SHA-256 digest ${digest}`;
    await expect(sumOf({ path, sha256: digest })).rejects.toThrow(problem);
    const map = { provider: "onnx", "model-name": "add", "model-path": path };
    const options = { providers: [onnxProvider] };
    await expect(
      createModelFromOptions({ ...map, "model-sha256": digest }, options),
    ).rejects.toThrow(problem);
    await expect(
      createModelFromOptions({ ...map, "model-max-bytes": "10" }, options),
    ).rejects.toThrow("expected at most 10 bytes");
  });

  it("refuses what is no digest and no size, by name", async () => {
    const wrong = { bytes: model, sha256: "abc", maxBytes: Number.NaN };
    const loading = createOnnxRunner({ models: { add: wrong } });
    await expect(loading).rejects.toThrow("models.add.sha256: expected 64 hexadecimal digits");
    await expect(loading).rejects.toThrow("models.add.maxBytes: expected a number of bytes");
  });
});
