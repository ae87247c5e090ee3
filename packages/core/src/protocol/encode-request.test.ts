import { describe, expect, test } from "vitest";
import { EncodeError } from "../errors/errors.ts";
import { encodeBytes } from "../tensor/encode-bytes.ts";
import { createTensor, type Tensor } from "../tensor/tensor.ts";
import { encodeRequest } from "./encode-request.ts";
import { joinMessage } from "./message.fixture.ts";
import type { InferenceRequest } from "./request.ts";

const a = createTensor("A", "INT32", [1, 2], new Int32Array([1, -2]));
const t = createTensor("T", "BYTES", [3], encodeBytes(["", "a", "é"]));
const model = { name: "m" };

const binary = { id: "r1", binary: true };
const json = { id: "r1", binary: false };

function header(request: Partial<InferenceRequest>, form = json): string {
  return encodeRequest({ model, inputs: [], ...request }, form).header;
}

test("a binary request has the protocol's golden bytes", () => {
  const message = encodeRequest({ model, inputs: [a, t] }, binary);
  expect(message.header).toBe(
    '{"id":"r1","inputs":[{"name":"A","datatype":"INT32","shape":[1,2],"parameters":{"binary_data_size":8}},{"name":"T","datatype":"BYTES","shape":[3],"parameters":{"binary_data_size":15}}],"parameters":{"binary_data_output":true}}',
  );
  expect([message.headerBytes, message.bodyBytes, message.binary]).toEqual([226, 249, true]);
  expect(Buffer.from(joinMessage(message).subarray(226)).toString("hex")).toBe(
    "01000000feffffff" + "0000000001000000610200000" + "0c3a9",
  );
});

test("binary tensors are not copied, and empty ones add no chunk", () => {
  const empty = createTensor("E", "FP32", [0, 4], new Float32Array(0));
  const { header: text, chunks } = encodeRequest({ model, inputs: [empty, a] }, binary);
  expect(chunks.map(({ buffer }) => buffer === a.data.buffer)).toEqual([true]);
  expect(text).toContain('"shape":[0,4],"parameters":{"binary_data_size":0}');
});

test("outputs that are listed ask for binary form each, and only then", () => {
  const outputs = [{ name: "S" }, { name: "P", classification: 3 }];
  expect(header({ outputs }, binary)).toBe(
    '{"id":"r1","inputs":[],"outputs":[{"name":"S","parameters":{"binary_data":true}},{"name":"P","parameters":{"binary_data":true,"classification":3}}]}',
  );
  expect(header({ outputs })).toBe(
    '{"id":"r1","inputs":[],"outputs":[{"name":"S"},{"name":"P","parameters":{"classification":3}}]}',
  );
});

test("an empty list of outputs means all of them, in the form asked for", () => {
  expect(header({ outputs: [] }, binary)).toBe(header({}, binary));
});

test("the protocol's own parameters come before the caller's", () => {
  expect(
    header({
      sequence: { id: 2n ** 64n - 1n, start: true, end: false },
      priority: 2,
      queueTimeoutUs: 1500,
      parameters: { threshold: { double: 1 }, mode: "fast" },
    }),
  ).toBe(
    '{"id":"r1","inputs":[],"parameters":{"sequence_id":18446744073709551615,"sequence_start":true,"sequence_end":false,"priority":2,"timeout":1500,"threshold":1.0,"mode":"fast"}}',
  );
  expect(header({ sequence: { id: "s-1", start: false, end: true } })).toContain(
    '"sequence_id":"s-1","sequence_start":false,"sequence_end":true',
  );
});

test("an aligned header ends at a multiple of 8 bytes and is the same JSON", () => {
  for (const id of ["a", "ab", "abc", "abcdefgh"]) {
    const plain = encodeRequest({ model, inputs: [a] }, { id, binary: true });
    const aligned = encodeRequest({ model, inputs: [a] }, { id, binary: true, aligned: true });
    expect(aligned.headerBytes % 8).toBe(0);
    expect(aligned.headerBytes - plain.headerBytes).toBeLessThan(8);
    expect(aligned.header.trimEnd()).toBe(plain.header);
    expect(aligned.bodyBytes).toBe(aligned.headerBytes + 8);
  }
});

test("names and ids beyond ASCII keep the header ASCII", () => {
  const named = createTensor("größe", "BOOL", [1], new Uint8Array(1));
  const message = encodeRequest({ model, inputs: [named] }, { id: "π😀", binary: false });
  expect(message.header).toMatch(/^[\u0020-\u007e]*$/);
  expect(JSON.parse(message.header)).toMatchObject({ id: "π😀", inputs: [{ name: "größe" }] });
});

describe("in JSON", () => {
  const data = (tensor: Tensor, form = json) =>
    /"data":(.*?)\}\]/.exec(header({ inputs: [tensor] }, form))?.[1];

  test.each([
    {
      tensor: createTensor("x", "BOOL", [3], new Uint8Array([0, 1, 7])),
      text: "[false,true,true]",
    },
    { tensor: createTensor("x", "INT8", [2], new Int8Array([-128, 127])), text: "[-128,127]" },
    {
      tensor: createTensor("x", "INT64", [2], new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n])),
      text: "[-9223372036854775808,9223372036854775807]",
    },
    {
      tensor: createTensor("x", "UINT64", [1], new BigUint64Array([2n ** 64n - 1n])),
      text: "[18446744073709551615]",
    },
    {
      tensor: createTensor("x", "FP32", [3], new Float32Array([0.5, -0, 1])),
      text: "[0.5,-0.0,1]",
    },
    {
      tensor: createTensor("x", "FP64", [2], new Float64Array([1e308, 0.1])),
      text: "[1e+308,0.1]",
    },
    {
      tensor: createTensor("x", "BYTES", [2], encodeBytes(["", 'é"'])),
      text: String.raw`["","\u00e9\""]`,
    },
    { tensor: createTensor("x", "FP32", [0], new Float32Array(0)), text: "[]" },
  ])("$tensor.datatype is written as $text", ({ tensor, text }) => {
    expect(data(tensor)).toBe(text);
  });

  test.each([
    { tensor: createTensor("x", "FP16", [1], new Uint16Array(1)), message: "found FP16" },
    { tensor: createTensor("x", "BF16", [1], new Uint16Array(1)), message: "found BF16" },
    {
      tensor: createTensor("x", "FP32", [1], new Float32Array([Number.NaN])),
      message: "found NaN or Infinity",
    },
    {
      tensor: createTensor("x", "BYTES", [1], encodeBytes([new Uint8Array([0xff])])),
      message: "to be UTF-8",
    },
  ])("$tensor.datatype is refused: $message", ({ tensor, message }) => {
    expect(() => data(tensor)).toThrow(EncodeError);
    expect(() => data(tensor)).toThrow(message);
    expect(() => data(tensor)).toThrow("binary form only");
  });

  test("NaN and Infinity are bare words where that is allowed", () => {
    const values = new Float64Array([Number.NaN, Number.POSITIVE_INFINITY, -Infinity]);
    const form = { ...json, allowNonFinite: true };
    expect(data(createTensor("x", "FP64", [3], values), form)).toBe("[NaN,Infinity,-Infinity]");
  });
});
