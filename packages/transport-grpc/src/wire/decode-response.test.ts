import { create, toBinary } from "@bufbuild/protobuf";
import {
  datatypes,
  DecodeError,
  type InferenceResponse,
  rawBytes,
  textAt,
} from "@nereid/core/transport-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ModelInferResponseSchema,
  ModelStreamInferResponseSchema,
  type InferTensorContents,
} from "../generated/inference_pb.ts";
import { decodeResponse } from "./decode-response.ts";
import { decodeStreamAnswer } from "./decode-stream-answer.ts";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const golden = bytes(
  "0a 03 61 64 64 12 01 31 1a 02 72 31 2a 0e 0a 01 53 12 05 49 4e 54 33 32 1a 02 01 02 32 08 03 00 00 00 04 00 00 00",
);

function typed(datatype: string, shape: readonly bigint[], contents: object): InferenceResponse {
  const message = create(ModelInferResponseSchema, {
    outputs: [{ name: "Y", datatype, shape: [...shape], contents }],
  });
  return decodeResponse(Buffer.from(toBinary(ModelInferResponseSchema, message)));
}

describe("a ModelInferResponse", () => {
  it("is read with its raw outputs", () => {
    expect(decodeResponse(golden)).toEqual({
      modelName: "add",
      modelVersion: "1",
      id: "r1",
      outputs: [{ name: "S", datatype: "INT32", shape: [1, 2], data: Int32Array.of(3, 4) }],
    });
  });

  const contents: readonly (readonly [string, Partial<InferTensorContents>, unknown])[] = [
    ["BOOL", { boolContents: [true, false] }, Uint8Array.of(1, 0)],
    ["INT8", { intContents: [-128, 127] }, Int8Array.of(-128, 127)],
    ["INT16", { intContents: [-1, 2] }, Int16Array.of(-1, 2)],
    ["INT32", { intContents: [-1, 2 ** 31 - 1] }, Int32Array.of(-1, 2 ** 31 - 1)],
    ["INT64", { int64Contents: [-(2n ** 63n), 1n] }, BigInt64Array.of(-(2n ** 63n), 1n)],
    ["UINT8", { uintContents: [255, 0] }, Uint8Array.of(255, 0)],
    ["UINT16", { uintContents: [65535, 0] }, Uint16Array.of(65535, 0)],
    ["UINT32", { uintContents: [2 ** 32 - 1, 0] }, Uint32Array.of(2 ** 32 - 1, 0)],
    ["UINT64", { uint64Contents: [2n ** 64n - 1n, 0n] }, BigUint64Array.of(2n ** 64n - 1n, 0n)],
    ["FP32", { fp32Contents: [-0, Number.NaN] }, Float32Array.of(-0, Number.NaN)],
    ["FP64", { fp64Contents: [0.1, -1 / 0] }, Float64Array.of(0.1, -1 / 0)],
  ];
  it.each(contents)("is read with typed outputs of %s", (datatype, values, expected) => {
    expect(typed(datatype, [2n], values).outputs[0]?.data).toEqual(expected);
  });

  it("is read with typed outputs of BYTES", () => {
    const utf8 = new TextEncoder();
    const [tensor] = typed("BYTES", [2n], {
      bytesContents: [utf8.encode(""), utf8.encode("é")],
    }).outputs;
    if (tensor?.datatype !== "BYTES") throw new TypeError("expected a BYTES tensor");
    expect([textAt(tensor.data, 0), textAt(tensor.data, 1)]).toEqual(["", "é"]);
  });

  it("is believed raw where an empty typed part stands beside, as MLServer answers", () => {
    const message = create(ModelInferResponseSchema, {
      outputs: [{ name: "Y", datatype: "FP32", shape: [1n], contents: {} }],
      rawOutputContents: [new Uint8Array(4)],
    });
    const [tensor] = decodeResponse(
      Buffer.from(toBinary(ModelInferResponseSchema, message)),
    ).outputs;
    expect(tensor?.data).toEqual(Float32Array.of(0));
  });

  it("tells its parameters of every kind, and keeps a stranger's prototype out", () => {
    const message = create(ModelInferResponseSchema, {
      parameters: {
        flag: { parameterChoice: { case: "boolParam", value: false } },
        small: { parameterChoice: { case: "int64Param", value: -3n } },
        large: { parameterChoice: { case: "uint64Param", value: 2n ** 64n - 1n } },
        half: { parameterChoice: { case: "doubleParam", value: 0.5 } },
        text: { parameterChoice: { case: "stringParam", value: "x" } },
      },
    });
    const { parameters } = decodeResponse(Buffer.from(toBinary(ModelInferResponseSchema, message)));
    expect({ ...parameters }).toEqual({
      flag: false,
      small: -3,
      large: 2n ** 64n - 1n,
      half: 0.5,
      text: "x",
    });
    expect(Object.getPrototypeOf(parameters)).toBeNull();
  });

  it("passes over fields of a later protocol", () => {
    const later = bytes("a2 06 02 68 69 98 06 05 9d 06 00 00 00 00 99 06 00 00 00 00 00 00 00 00");
    expect(decodeResponse(Buffer.concat([later, golden])).id).toBe("r1");
  });

  const refused: readonly (readonly [string, Buffer, string])[] = [
    ["a length beyond the end", bytes("0a 7f 61"), "a part of 127 bytes where 1 are left"],
    ["a number without end", bytes("0a ff ff"), "a number that does not end or is too large"],
    ["a group", bytes("0b"), "a field of wire type 3"],
    ["an end within a number", bytes("9d 06 00"), "an end in the middle of a number"],
    [
      "fewer raw contents than outputs",
      Buffer.concat([
        golden.subarray(0, 28),
        bytes("2a 0b 0a 01 54 12 04 46 50 33 32 1a 00 32 00"),
      ]),
      "expected raw contents for 2 outputs, found 1",
    ],
    [
      "an unknown datatype",
      bytes("2a 0a 0a 01 53 12 03 46 50 38 1a 00"),
      'tensor "S": expected a known datatype, found another',
    ],
    [
      "a shape that overflows",
      bytes("2a 1a 0a 01 53 12 04 46 50 33 32 1a 0f ff ff ff ff ff ff 0f ff ff ff ff ff ff 0f 02"),
      "whose product can be counted, found another",
    ],
    [
      "fewer bytes than the shape says",
      Buffer.concat([golden.subarray(0, 28), bytes("32 04 03 00 00 00")]),
      'tensor "S": INT32 tensor: expected 8 bytes for 2 elements, found 4',
    ],
  ];
  it.each(refused)("is refused with %s", (_, message, problem) => {
    expect(() => decodeResponse(message)).toThrow(DecodeError);
    expect(() => decodeResponse(message)).toThrow(problem);
  });

  it.each([
    ["INT8", { intContents: [128] }, "one out of its range"],
    ["FP16", { uintContents: [1] }, "expected FP16 as raw bytes, found it in typed form"],
    ["FP32", { fp64Contents: [1] }, "expected 1 elements, found 0"],
    ["FP32", { fp32Contents: [1, 2] }, "expected 1 elements, found more"],
  ])("is refused with typed %s outputs that do not fit (%#)", (datatype, values, problem) => {
    expect(() => typed(datatype, [1n], values)).toThrow(problem);
  });

  it("is read or refused with a DecodeError, whatever the bytes", () => {
    const mutated = fc
      .tuple(fc.nat(golden.length - 1), fc.nat(255), fc.nat(golden.length))
      .map(([at, byte, length]) => {
        const copy = Buffer.from(golden);
        copy[at] = byte;
        return copy.subarray(0, length);
      });
    const any = fc.oneof(
      mutated,
      fc.uint8Array({ maxLength: 64 }).map((raw) => Buffer.from(raw)),
    );
    fc.assert(
      fc.property(any, (message) => {
        for (const decode of [decodeResponse, decodeStreamAnswer]) {
          try {
            decode(message);
          } catch (error) {
            if (!(error instanceof DecodeError)) throw error;
          }
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe("a message of ModelStreamInfer", () => {
  it("is Triton's wrapper around an answer, with its final mark", () => {
    const answer = decodeStreamAnswer(
      bytes(
        "12 27 0a 01 6d 12 01 31 1a 02 72 31 22 1b 0a 15 74 72 69 74 6f 6e 5f 66 69 6e 61 6c 5f 72 65 73 70 6f 6e 73 65 12 02 08 01",
      ),
    );
    expect(answer.response?.id).toBe("r1");
    expect({ ...answer.response?.parameters }).toEqual({ triton_final_response: true });
  });

  it("is Triton's wrapper around an error", () => {
    expect(decodeStreamAnswer(bytes("0a 04 62 6f 6f 6d 12 04 1a 02 72 31"))).toMatchObject({
      error: "boom",
      response: { id: "r1", outputs: [] },
    });
  });

  it("is a bare answer of MLServer", () => {
    expect(decodeStreamAnswer(golden).response?.modelName).toBe("add");
    expect(decodeStreamAnswer(golden).error).toBeUndefined();
  });

  it("gives the same tensors wrapped and bare, for each datatype", () => {
    for (const [datatype, { elementBytes }] of Object.entries(datatypes)) {
      const inferResponse = {
        id: "x",
        outputs: [{ name: "Y", datatype, shape: [1n] }],
        rawOutputContents: [new Uint8Array(elementBytes === 0 ? 4 : elementBytes)],
      };
      const wrapped = create(ModelStreamInferResponseSchema, { inferResponse });
      const bare = create(ModelInferResponseSchema, inferResponse);
      const [left, right] = [
        toBinary(ModelStreamInferResponseSchema, wrapped),
        toBinary(ModelInferResponseSchema, bare),
      ].map((message) => decodeStreamAnswer(Buffer.from(message)).response?.outputs[0]);
      if (left === undefined || right === undefined) throw new TypeError("expected two tensors");
      expect(rawBytes(left)).toEqual(rawBytes(right));
    }
  });
});
