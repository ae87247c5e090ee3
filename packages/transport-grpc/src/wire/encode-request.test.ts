import { fromBinary } from "@bufbuild/protobuf";
import {
  createTensor,
  EncodeError,
  encodeBytes,
  type InferenceRequest,
} from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { ModelInferRequestSchema } from "../generated/inference_pb.ts";
import { encodeRequest } from "./encode-request.ts";
import { createWriter } from "./writer.ts";

const plain: InferenceRequest = {
  model: { name: "add" },
  inputs: [createTensor("A", "INT32", [1, 2], Int32Array.of(1, -2))],
};

function encode(request: InferenceRequest, emptyFinal = false): Buffer {
  return encodeRequest(createWriter(), request, { id: "r1", emptyFinal });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").replace(/../g, "$& ").trim();
}

describe("a ModelInferRequest", () => {
  it("is written in ascending order of its fields, raw contents last", () => {
    expect(hex(encode({ ...plain, outputs: [{ name: "S" }] }))).toBe(
      "0a 03 61 64 64 1a 02 72 31 2a 0e 0a 01 41 12 05 49 4e 54 33 32 1a 02 01 02 32 03 0a 01 53 3a 08 01 00 00 00 fe ff ff ff",
    );
  });

  const kinds: readonly (readonly [unknown, string])[] = [
    [true, "08 01"],
    [false, "08 00"],
    [5, "10 05"],
    [-1, "10 ff ff ff ff ff ff ff ff ff 01"],
    ["ab", "1a 02 61 62"],
    [0.5, "21 00 00 00 00 00 00 e0 3f"],
    [{ double: 1 }, "21 00 00 00 00 00 00 f0 3f"],
    [7n, "10 07"],
    [2n ** 63n, "28 80 80 80 80 80 80 80 80 80 01"],
  ];
  it.each(kinds)("carries a parameter of each kind as its own (%#)", (value, expected) => {
    const request = { ...plain, inputs: [], parameters: { p: value } } as InferenceRequest;
    const length = expected.split(" ").length;
    const entry = (3 + 2 + length).toString(16).padStart(2, "0");
    const choice = length.toString(16).padStart(2, "0");
    expect(hex(encode(request))).toBe(
      `0a 03 61 64 64 1a 02 72 31 22 ${entry} 0a 01 70 12 ${choice} ${expected}`,
    );
  });

  it("says what the protocol reserves, as the protocol names it", () => {
    const message = fromBinary(
      ModelInferRequestSchema,
      encode(
        {
          ...plain,
          model: { name: "add", version: "3" },
          sequence: { id: 2n ** 64n - 1n, start: true, end: false },
          priority: 1,
          queueTimeoutUs: 500,
          outputs: [{ name: "S", classification: 2 }],
          parameters: { own: "x" },
        },
        true,
      ),
    );
    const values = Object.entries(message.parameters).map(([name, { parameterChoice }]) => [
      name,
      parameterChoice.value,
    ]);
    expect(Object.fromEntries(values)).toEqual({
      sequence_id: -1n,
      sequence_start: true,
      sequence_end: false,
      priority: 1n,
      timeout: 500n,
      triton_enable_empty_final_response: true,
      own: "x",
    });
    expect(message.modelVersion).toBe("3");
    expect(message.outputs[0]?.parameters["classification"]?.parameterChoice.value).toBe(2n);
  });

  it("carries long and unusual texts, large shapes and empty tensors", () => {
    const name = "é".repeat(200);
    const message = fromBinary(
      ModelInferRequestSchema,
      encode({
        model: { name },
        inputs: [
          createTensor("empty", "FP32", [300, 0, 70_000], new Float32Array()),
          createTensor("scalar", "UINT8", [], Uint8Array.of(9)),
          createTensor("t", "BYTES", [2], encodeBytes(["", "é"])),
        ],
      }),
    );
    expect(message.modelName).toBe(name);
    expect(message.inputs.map(({ shape }) => shape)).toEqual([[300n, 0n, 70_000n], [], [2n]]);
    expect(message.rawInputContents.map(hex)).toEqual(["", "09", "00 00 00 00 02 00 00 00 c3 a9"]);
  });

  it("grows beyond the memory it began with, and leaves earlier messages alone", () => {
    const writer = createWriter();
    const facts = { id: "1", emptyFinal: false };
    const first = encodeRequest(writer, plain, facts);
    const before = hex(first);
    const parameters = { long: "x".repeat(100_000) };
    const second = encodeRequest(writer, { ...plain, parameters }, facts);
    expect(fromBinary(ModelInferRequestSchema, second).parameters["long"]?.parameterChoice).toEqual(
      { case: "stringParam", value: parameters.long },
    );
    expect(hex(first)).toBe(before);
  });

  it("refuses a reserved name among the caller's parameters", () => {
    expect(() => encode({ ...plain, parameters: { priority: 1 } })).toThrow(EncodeError);
  });
});
