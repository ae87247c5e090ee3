import { describe, expect, it } from "vitest";
import { encodeBytes } from "../tensor/encode-bytes.ts";
import { createTensor, type Tensor } from "../tensor/tensor.ts";
import { decodeResponse } from "./decode-response.ts";
import { encodeResponse } from "./encode-response.ts";
import { createResponseDecoder } from "./response-decoder.ts";

function answer(id: string, outputs: readonly Tensor[], binary = true): [Uint8Array, number] {
  const response = { id, modelName: "m", modelVersion: "1", outputs };
  const { header, headerBytes, chunks } = encodeResponse(response, { binary: () => binary });
  const bytes = [...new TextEncoder().encode(header), ...chunks.flatMap((chunk) => [...chunk])];
  return [Uint8Array.from(bytes), headerBytes];
}

const floats = (...values: number[]): Tensor =>
  createTensor("y", "FP32", [values.length], Float32Array.from(values));

describe("createResponseDecoder", () => {
  it("reads what decodeResponse reads, the first time and from memory", () => {
    const decode = createResponseDecoder();
    const texts = createTensor("t", "BYTES", [2], encodeBytes(["ab", ""]));
    for (const [index, values] of [
      [1, 2],
      [3, 4],
      [5, 6],
    ].entries()) {
      const id = `request-${index}`;
      const [body, headerBytes] = answer(id, [floats(...values), texts]);
      expect(decode(body, headerBytes, id)).toEqual(decodeResponse(body, headerBytes));
    }
  });

  it("keeps answers of other shapes apart", () => {
    const decode = createResponseDecoder();
    for (const size of [1, 2, 1, 3, 2]) {
      const [body, headerBytes] = answer("a", [floats(...new Float32Array(size))]);
      expect(decode(body, headerBytes, "a").outputs[0]?.shape).toEqual([size]);
    }
  });

  it("does not take a remembered header for an answer with another id", () => {
    const decode = createResponseDecoder();
    const [first, headerBytes] = answer("a", [floats(1)]);
    decode(first, headerBytes, "a");
    const [second] = answer("b", [floats(2)]);
    expect(decode(second, headerBytes, "a").id).toBe("b");
  });

  it("refuses a remembered header with fewer or more bytes behind it", () => {
    const decode = createResponseDecoder();
    const [body, headerBytes] = answer("a", [floats(1, 2)]);
    decode(body, headerBytes, "a");
    expect(() => decode(body.subarray(0, body.length - 1), headerBytes, "a")).toThrow("bytes");
    expect(() => decode(Uint8Array.from([...body, 0]), headerBytes, "a")).toThrow("bytes");
  });

  it("refuses texts whose lengths lie although their header is remembered", () => {
    const decode = createResponseDecoder();
    const texts = createTensor("t", "BYTES", [1], encodeBytes(["ab"]));
    const [body, headerBytes] = answer("a", [texts]);
    decode(body, headerBytes, "a");
    const lying = Uint8Array.from(body);
    lying[headerBytes] = 9;
    expect(() => decode(lying, headerBytes, "a")).toThrow("claims 9 bytes");
  });

  it("reads answers in JSON each time anew", () => {
    const decode = createResponseDecoder();
    for (const value of [1, 2]) {
      const [body, headerBytes] = answer("a", [floats(value)], false);
      expect(decode(body, headerBytes, "a").outputs[0]?.data).toEqual(Float32Array.of(value));
    }
  });
});
