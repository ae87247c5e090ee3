import {
  createTensor,
  encodeBytes,
  encodeFloat16,
  type Call,
  type Tensor,
} from "@nereid/core/transport-kit";
import { afterEach, describe, expect, it } from "vitest";
import { createModelFromOptions } from "@nereid/core";
import { createOnnxRunner, onnxProvider, type OnnxRunnerOptions } from "../src/index.ts";
import { heavyModel, identityModel } from "./tiny-models.fixture.ts";

const call = (signal = new AbortController().signal): Call => ({ signal, headers: {}, attempt: 1 });

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((runner) => runner.close()));
});

async function runnerOf(
  models: Record<string, Uint8Array>,
  options: Partial<OnnxRunnerOptions> = {},
): ReturnType<typeof createOnnxRunner> {
  const runner = await createOnnxRunner({
    ...options,
    models: Object.fromEntries(Object.entries(models).map(([name, bytes]) => [name, { bytes }])),
  });
  open.push(runner);
  return runner;
}

const samples: readonly Tensor[] = [
  createTensor("X", "BOOL", [3], Uint8Array.of(1, 0, 1)),
  createTensor("X", "INT8", [2], Int8Array.of(-128, 127)),
  createTensor("X", "INT16", [2], Int16Array.of(-32768, 32767)),
  createTensor("X", "INT32", [2], Int32Array.of(-(2 ** 31), 2 ** 31 - 1)),
  createTensor("X", "INT64", [2], BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)),
  createTensor("X", "UINT8", [1], Uint8Array.of(255)),
  createTensor("X", "UINT16", [1], Uint16Array.of(65535)),
  createTensor("X", "UINT32", [1], Uint32Array.of(2 ** 32 - 1)),
  createTensor("X", "UINT64", [1], BigUint64Array.of(2n ** 64n - 1n)),
  createTensor("X", "FP16", [3], Uint16Array.from([0.1, -2, Number.NaN], encodeFloat16)),
  createTensor("X", "FP32", [4], Float32Array.of(0.1, Number.NaN, Number.POSITIVE_INFINITY, -0)),
  createTensor("X", "FP64", [1], Float64Array.of(0.1)),
  createTensor("X", "BYTES", [3], encodeBytes(["", "a", "é\nb"])),
];

describe("createOnnxRunner", () => {
  it.each(samples)("carries $datatype both ways, and an empty tensor", async (sample) => {
    if (sample.datatype === "BF16") throw new Error("no element type");
    const runner = await runnerOf({ echo: identityModel(sample.datatype) });
    const answer = await runner.infer({ model: { name: "echo" }, inputs: [sample] }, call());
    expect(answer.outputs).toEqual([{ ...sample, name: "Y" }]);
    const empty = { ...sample, shape: [0], data: emptyOf(sample) } as Tensor;
    const nothing = await runner.infer({ model: { name: "echo" }, inputs: [empty] }, call());
    expect(nothing.outputs[0]?.shape).toEqual([0]);
  });

  it("refuses text that ONNX Runtime would cut or garble", async () => {
    const runner = await runnerOf({ echo: identityModel("BYTES") });
    for (const element of ["a\u0000b", Uint8Array.of(0xff)]) {
      const inputs = [createTensor("X", "BYTES", [1], encodeBytes([element]))];
      await expect(runner.infer({ model: { name: "echo" }, inputs }, call())).rejects.toThrow(
        'input "X": expected UTF-8 text without NUL',
      );
    }
  });

  it("leaves the caller's memory to the caller", async () => {
    const runner = await runnerOf({ echo: identityModel("FP32") });
    const data = Float32Array.of(1, 2, 3);
    const inputs = [createTensor("X", "FP32", [3], data)];
    await runner.infer({ model: { name: "echo" }, inputs }, call());
    expect([...data]).toEqual([1, 2, 3]);
    const again = await runner.infer({ model: { name: "echo" }, inputs }, call());
    expect(again.outputs[0]?.data).toEqual(data);
  });

  it("tells the metadata of its sessions", async () => {
    const runner = await runnerOf({ echo: identityModel("INT64"), other: identityModel("BYTES") });
    await expect(runner.metadata({ name: "echo" }, call())).resolves.toEqual({
      name: "echo",
      versions: ["1"],
      platform: "onnxruntime",
      inputs: [{ name: "X", datatype: "INT64", shape: [-1] }],
      outputs: [{ name: "Y", datatype: "INT64", shape: [-1] }],
    });
    await expect(runner.ready({ name: "other" }, call())).resolves.toBe(true);
    await expect(runner.ready({ name: "none" }, call())).resolves.toBe(false);
  });

  it("lets the event loop turn while a run is under way", async () => {
    const runner = await runnerOf({ heavy: heavyModel(30) });
    const inputs = [createTensor("X", "FP32", [400, 400], new Float32Array(160_000))];
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    await runner.infer({ model: { name: "heavy" }, inputs }, call());
    isOver = true;
    expect(turns).toBeGreaterThan(20);
  });

  it("takes a queued request back at once when it is given up, and ends the running one unheard", async () => {
    const runner = await runnerOf({ heavy: heavyModel(20), echo: identityModel("FP32") });
    const big = [createTensor("X", "FP32", [400, 400], new Float32Array(160_000))];
    const small = [createTensor("X", "FP32", [1], Float32Array.of(1))];
    const controller = new AbortController();
    const reason = new Error("given up");
    const running = runner.infer(
      { model: { name: "heavy" }, inputs: big },
      call(controller.signal),
    );
    const queued = runner.infer(
      { model: { name: "echo" }, inputs: small },
      call(controller.signal),
    );
    const next = runner.infer({ model: { name: "echo" }, inputs: small }, call());
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect(queued).rejects.toBe(reason);
    await expect(next).resolves.toMatchObject({ outputs: [{ shape: [1] }] });
  });

  it("answers as a server would to what does not fit", async () => {
    const runner = await runnerOf({ echo: identityModel("FP32") });
    const infer = (request: Partial<Parameters<typeof runner.infer>[0]>): Promise<unknown> =>
      runner.infer({ model: { name: "echo" }, inputs: [], ...request }, call());
    await expect(infer({ model: { name: "no" } })).rejects.toMatchObject({ outcome: "not-found" });
    await expect(infer({})).rejects.toThrow('model "echo": expected input "X", found none');
    await expect(
      infer({ inputs: [createTensor("X", "INT32", [1], Int32Array.of(1))] }),
    ).rejects.toThrow('input "X": expected FP32 [-1], found INT32 [1]');
    const fits = [createTensor("X", "FP32", [1], Float32Array.of(1))];
    await expect(infer({ inputs: fits, outputs: [{ name: "Z" }] })).rejects.toMatchObject({
      outcome: "rejected",
      delivery: "answered",
    });
    const sequence = { id: "s", start: true, end: true };
    await expect(infer({ inputs: fits, sequence })).rejects.toMatchObject({
      outcome: "unsupported",
    });
  });

  it("says in one sentence what is missing or broken", async () => {
    const models = { echo: { bytes: identityModel("FP32") } };
    await expect(createOnnxRunner({ models, runtime: "onnxruntime-missing" })).rejects.toThrow(
      "runtime: expected the package onnxruntime-missing, found none that loads; install it with: npm install onnxruntime-missing",
    );
    await expect(
      createOnnxRunner({ models: { bad: { bytes: Uint8Array.of(1, 2, 3) } } }),
    ).rejects.toThrow("models.bad: expected a model that ONNX Runtime can load, found: ");
    await expect(createOnnxRunner({ models: { none: { path: "no/such.onnx" } } })).rejects.toThrow(
      "models.none: expected a model that ONNX Runtime can load",
    );
    await expect(createOnnxRunner({ models: {} })).rejects.toThrow("expected at least one model");
  });

  it("finishes what is under way when it is closed, and takes nothing after", async () => {
    const runner = await runnerOf({ heavy: heavyModel(10) }, { threads: 2 });
    const inputs = [createTensor("X", "FP32", [400, 400], new Float32Array(160_000))];
    const answer = runner.infer({ model: { name: "heavy" }, inputs }, call());
    const closing = runner.close();
    await expect(answer).resolves.toMatchObject({ modelName: "heavy" });
    await closing;
    await expect(runner.infer({ model: { name: "heavy" }, inputs }, call())).rejects.toMatchObject({
      code: "closed",
    });
  });
});

describe("onnxProvider", () => {
  it("is refused without the path of a model", async () => {
    const made = createModelFromOptions(
      { provider: "onnx", "model-name": "m" },
      { providers: [onnxProvider] },
    );
    await expect(made).rejects.toThrow("model-path: expected the path of an ONNX file, found none");
  });
});

function emptyOf({ data }: Tensor): Tensor["data"] {
  return "wire" in data ? encodeBytes([]) : data.subarray(0, 0);
}
