import { describe, expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import { createTensor } from "../tensor/tensor.ts";
import { decodeRequest } from "./decode-request.ts";
import { json, utf8 } from "./message.fixture.ts";

const model = { name: "m", version: "3" };
const input = { name: "A", datatype: "INT32", shape: [1], data: [1] };

const decode = (facts: Record<string, unknown>) =>
  decodeRequest(model, json({ inputs: [input], ...facts }), undefined);

test("the smallest request has a model and inputs", () => {
  const { request, binary } = decode({});
  expect(request).toEqual({
    model,
    inputs: [createTensor("A", "INT32", [1], new Int32Array([1]))],
  });
  expect(binary("anything")).toBe(false);
});

test("the protocol's parameters are told from the caller's", () => {
  const text =
    '{"id":"r1","inputs":[],"parameters":{"sequence_id":18446744073709551615,"sequence_start":true,"priority":1,"timeout":5,"shared_memory_region":"x","mode":"fast","__proto__":1}}';
  const { request } = decodeRequest(model, utf8(text), undefined);
  expect(request).toMatchObject({
    id: "r1",
    sequence: { id: 2n ** 64n - 1n, start: true, end: false },
    priority: 1,
    queueTimeoutUs: 5,
  });
  expect(Object.keys(request.parameters ?? {})).toEqual(["mode", "__proto__"]);
});

test("an id of 0 or nothing is no sequence", () => {
  for (const id of [0, ""]) {
    const { request } = decode({ parameters: { sequence_id: id, sequence_start: true } });
    expect(request.sequence).toBeUndefined();
  }
});

test("listed outputs say their form themselves, the others follow the request", () => {
  const { request, binary } = decode({
    outputs: [
      { name: "a", parameters: { binary_data: true, classification: 2 } },
      { name: "b", parameters: { binary_data: false } },
      { name: "c" },
    ],
    parameters: { binary_data_output: true },
  });
  expect(request.outputs).toEqual([{ name: "a", classification: 2 }, { name: "b" }, { name: "c" }]);
  expect(["a", "b", "c", "other"].map(binary)).toEqual([true, false, false, true]);
});

describe("a request is refused", () => {
  const half = { name: "A", datatype: "FP16", shape: [1], data: [1] };
  test.each<[string, Record<string, unknown>]>([
    ["with a number as id", { id: 1 }],
    ["with null as id", { id: null }],
    ["without inputs", { inputs: undefined }],
    ["with FP16 in JSON", { inputs: [half] }],
    ["with BF16 in JSON", { inputs: [{ ...half, datatype: "BF16" }] }],
    ["with an input without elements", { inputs: [{ ...input, data: undefined }] }],
    ["with a bare value as data", { inputs: [{ ...input, data: 1 }] }],
    ["with null as an element", { inputs: [{ ...half, datatype: "FP32", data: [[null]] }] }],
    ["with an element too many", { inputs: [{ ...input, data: [1, 2] }] }],
    ["with an integer for a boolean", { inputs: [{ ...input, datatype: "BOOL" }] }],
    ["with an input twice", { inputs: [input, input] }],
    ["with an output twice", { outputs: [{ name: "a" }, { name: "a" }] }],
    ["with a nameless output", { outputs: [{}] }],
    ["with text for binary_data", { outputs: [{ name: "a", parameters: { binary_data: "1" } }] }],
    ["with 0 classes", { outputs: [{ name: "a", parameters: { classification: 0 } }] }],
    ["with outputs that are no list", { outputs: {} }],
    ["with parameters that are no object", { parameters: [] }],
    ["with null as a parameter", { parameters: { a: null } }],
    ["with a list as a parameter", { parameters: { a: [1] } }],
    ["with a reserved parameter", { parameters: { triton_final_response: true } }],
    ["with text as priority", { parameters: { priority: "1" } }],
    ["with a negative timeout", { parameters: { timeout: -1 } }],
    ["with a negative sequence id", { parameters: { sequence_id: -1 } }],
    ["with a number as sequence_start", { parameters: { sequence_id: 1, sequence_start: 1 } }],
  ])("%s", (_, facts) => {
    expect(() => decode(facts)).toThrow(DecodeError);
  });

  test("when a binary input is short, long or larger than its length says", () => {
    const text =
      '{"inputs":[{"name":"A","datatype":"INT32","shape":[1],"parameters":{"binary_data_size":4}}]}';
    const header = utf8(text);
    const send = (tail: number, length = header.byteLength) =>
      decodeRequest(model, new Uint8Array([...header, ...new Uint8Array(tail)]), length);
    expect(send(4).request.inputs).toHaveLength(1);
    expect(() => send(3)).toThrow('tensor "A"');
    expect(() => send(5)).toThrow("found 5");
    expect(() => send(4, header.byteLength + 5)).toThrow("JSON header");
  });
});
