import {
  createTensor,
  encodeBytes,
  type InferenceRequest,
  type Tensor,
} from "@nereid/core/transport-kit";
import { createStandardModels, startV2Server, type V2Server } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import { callWith } from "./wire-server.fixture.ts";

const start = (): Promise<V2Server> => startV2Server({ models: createStandardModels() });

const ask = (model: string, ...inputs: Tensor[]): InferenceRequest => ({
  model: { name: model },
  inputs,
});
const int32 = (value: number): Tensor => createTensor("IN", "INT32", [1], Int32Array.of(value));

describe("generate", () => {
  it.each<Tensor>([
    createTensor("IN", "FP32", [1, 3], Float32Array.of(1, -0, Number.NaN)),
    createTensor("IN", "FP64", [1, 2], Float64Array.of(0.1, Number.NEGATIVE_INFINITY)),
    createTensor("IN", "INT64", [1, 2], BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n))),
    createTensor("IN", "UINT64", [1, 1], BigUint64Array.of(2n ** 64n - 1n)),
    createTensor("IN", "INT8", [1, 2], Int8Array.of(-128, 127)),
    createTensor("IN", "BOOL", [1, 2], Uint8Array.of(1, 0)),
    createTensor("IN", "BYTES", [1, 2], encodeBytes(['é"\u0000\n', ""])),
    createTensor("IN", "FP32", [1, 0], new Float32Array()),
  ])("carries $datatype both ways", async (tensor) => {
    await using server = await start();
    await using transport = createHttpTransport({ endpoint: server.url });
    const name = `echo_${tensor.datatype.toLowerCase()}`;
    const response = await transport.generate(ask(name, tensor), callWith());
    expect(response).toMatchObject({ modelName: name, modelVersion: "1" });
    expect(response.outputs).toEqual([{ ...tensor, name: "OUT" }]);
  });

  it("carries a batch whose rows the form can tell", async () => {
    await using server = await start();
    await using transport = createHttpTransport({ endpoint: server.url });
    const rows = Float32Array.from({ length: 32 }, (_, index) => index);
    const { outputs } = await transport.generate(
      ask(
        "add_sub",
        createTensor("INPUT0", "FP32", [2, 16], rows),
        createTensor("INPUT1", "FP32", [2, 16], rows),
      ),
      callWith(),
    );
    expect(outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ["OUTPUT0", [2, 16]],
      ["OUTPUT1", [2, 16]],
    ]);
    expect(outputs[0]?.data).toEqual(rows.map((value) => 2 * value));
  });

  it("sends id and parameters, and asks a model for its tensors once", async () => {
    await using server = await start();
    await using transport = createHttpTransport({ endpoint: server.url });
    const request: InferenceRequest = {
      ...ask("parameters", int32(1)),
      id: "x",
      parameters: { temperature: { double: 1 }, seed: 2n ** 62n, stream: true, stop: "é" },
    };
    for (let round = 0; round < 2; round += 1) {
      const response = await transport.generate(request, callWith());
      expect(response.id).toBe("x");
    }
    expect(server.requests.at(-1)?.body.toString()).toBe(
      '{"id":"x","IN":1,"parameters":{"temperature":1.0,"seed":4611686018427387904,"stream":true,"stop":"\\u00e9"}}',
    );
    const asked = server.requests.filter(({ method }) => method === "GET");
    expect(asked.map(({ path }) => path)).toEqual([
      "/v2",
      "/v2/models/parameters",
      "/v2/models/parameters/config",
    ]);
  });

  it("gives the outputs that were asked for alone", async () => {
    await using server = await start();
    await using transport = createHttpTransport({ endpoint: server.url });
    const row = (name: string) => createTensor(name, "FP32", [1, 16], new Float32Array(16));
    const request = ask("add_sub", row("INPUT0"), row("INPUT1"));
    const { outputs } = await transport.generate(
      { ...request, outputs: [{ name: "OUTPUT1" }] },
      callWith(),
    );
    expect(outputs.map(({ name }) => name)).toEqual(["OUTPUT1"]);
    await expect(
      transport.generate({ ...request, outputs: [{ name: "OTHER" }] }, callWith()),
    ).rejects.toMatchObject({ code: "decode", delivery: "answered" });
  });

  it.each([0, 3, -1])("takes another number of answers for an error (%i)", async (count) => {
    await using server = await start();
    await using transport = createHttpTransport({ endpoint: server.url });
    await expect(transport.generate(ask("repeat", int32(count)), callWith())).rejects.toMatchObject(
      {
        code: "server",
        outcome: "unsupported",
        status: 200,
        retryable: false,
        delivery: "answered",
      },
    );
  });

  it("tells a model's failure and an unknown model by their status", async () => {
    await using server = await start();
    await using transport = createHttpTransport({ endpoint: server.url });
    const poison = createTensor("IN", "FP32", [1, 1], Float32Array.of(-1));
    await expect(transport.generate(ask("poison", poison), callWith())).rejects.toMatchObject({
      code: "server",
      status: 400,
      serverText: expect.stringContaining("poison"),
    });
    await expect(transport.generate(ask("nope", int32(1)), callWith())).rejects.toMatchObject({
      code: "server",
      outcome: "not-found",
    });
  });
});

const refused: readonly (readonly [what: string, request: InferenceRequest])[] = [
  ["FP16", ask("echo_fp16", createTensor("IN", "FP16", [1, 1], Uint16Array.of(1)))],
  ["BF16", ask("echo_bf16", createTensor("IN", "BF16", [1, 1], Uint16Array.of(1)))],
  [
    "a shape that a row of elements does not say",
    ask("echo_fp32", createTensor("IN", "FP32", [2, 1], Float32Array.of(1, 2))),
  ],
  [
    "bytes that are no UTF-8",
    ask("echo_bytes", createTensor("IN", "BYTES", [1, 1], encodeBytes([Uint8Array.of(0xff)]))),
  ],
  ["another datatype", ask("repeat", createTensor("IN", "FP32", [1], Float32Array.of(1)))],
  ["an input of another name", ask("repeat", { ...int32(1), name: "OTHER" })],
  ["an input too many", ask("repeat", int32(1), { ...int32(1), name: "OTHER" })],
  ["an input twice", ask("repeat", int32(1), int32(2))],
  ["a missing input", ask("repeat")],
  ["a parameter named like an input", { ...ask("repeat", int32(1)), parameters: { IN: 1 } }],
  ["a parameter named like the id", { ...ask("repeat", int32(1)), parameters: { id: "x" } }],
  ["a reserved parameter", { ...ask("repeat", int32(1)), parameters: { timeout: 1 } }],
  ["a priority", { ...ask("repeat", int32(1)), priority: 1 }],
  ["a queue timeout", { ...ask("repeat", int32(1)), queueTimeoutUs: 1 }],
  ["a sequence", { ...ask("repeat", int32(1)), sequence: { id: 1n, start: true, end: false } }],
  [
    "a classification",
    { ...ask("repeat", int32(1)), outputs: [{ name: "OUT", classification: 1 }] },
  ],
];

describe("generate refuses before it sends", () => {
  it.each(refused)("%s", async (_what, request) => {
    await using server = await start();
    await using transport = createHttpTransport({ endpoint: server.url });
    await expect(transport.generate(request, callWith())).rejects.toMatchObject({
      code: "encode",
      delivery: "not-sent",
      retryable: false,
    });
    expect(server.requests.filter(({ method }) => method === "POST")).toEqual([]);
  });
});
