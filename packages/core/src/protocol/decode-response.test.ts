import { describe, expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import { textAt } from "../tensor/bytes-array.ts";
import { rawBytes } from "../tensor/raw.ts";
import { decodeResponse } from "./decode-response.ts";
import { json, utf8 } from "./message.fixture.ts";

const output = { name: "S", datatype: "INT32", shape: [1, 2], data: [3, 4] };

const decode = (facts: Record<string, unknown>) =>
  decodeResponse(json({ model_name: "m", outputs: [output], ...facts }), undefined);

test("binary and JSON outputs of one answer are read in their order", () => {
  const header = utf8(
    JSON.stringify({
      model_name: "m",
      model_version: "1",
      id: "r1",
      outputs: [
        { name: "A", datatype: "INT16", shape: [2], parameters: { binary_data_size: 4 } },
        { name: "J", datatype: "FP64", shape: [1], data: [0.5] },
        { name: "E", datatype: "FP32", shape: [0], parameters: { binary_data_size: 0 } },
        { name: "T", datatype: "BYTES", shape: [1], parameters: { binary_data_size: 5 } },
      ],
    }),
  );
  const body = new Uint8Array([...header, 1, 0, 0xff, 0xff, 1, 0, 0, 0, 0x61]);
  const response = decodeResponse(body, header.byteLength);
  expect(response).toMatchObject({ modelName: "m", modelVersion: "1", id: "r1" });
  const [a, j, e, t] = response.outputs;
  expect([a?.data, j?.data, e?.data]).toEqual([
    new Int16Array([1, -1]),
    new Float64Array([0.5]),
    new Float32Array(0),
  ]);
  if (t?.datatype !== "BYTES") expect.fail("expected BYTES");
  expect(textAt(t.data, 0)).toBe("a");
  expect(rawBytes(t).buffer).toBe(body.buffer);
});

test("an answer whose binary outputs are all empty needs no header length", () => {
  const empty = { name: "E", datatype: "FP32", shape: [0], parameters: { binary_data_size: 0 } };
  expect(decode({ outputs: [empty] }).outputs[0]?.data).toHaveLength(0);
});

test("what servers leave out, set to null or number is absent or text", () => {
  const bare = decodeResponse(json({ outputs: [output] }), undefined);
  expect(bare).toEqual({ modelName: "", outputs: [expect.anything()] });
  const nulls = decode({ id: null, model_version: null, parameters: null, model_name: null });
  expect(nulls).toEqual(bare);
  expect(decode({ id: "", model_version: "", parameters: {} })).toEqual({
    ...bare,
    modelName: "m",
  });
  expect(decode({ model_version: 3 }).modelVersion).toBe("3");
});

test("parameters keep their values, integers of any size too; what can be none is left out", () => {
  const text =
    '{"outputs":[],"parameters":{"a":"x","b":true,"c":9223372036854775807,"d":0.5,"e":null,"f":[1],"__proto__":{"g":1}}}';
  expect({ ...decodeResponse(utf8(text), undefined).parameters }).toEqual({
    a: "x",
    b: true,
    c: 2n ** 63n - 1n,
    d: 0.5,
  });
});

test("tensor parameters of other meaning are ignored", () => {
  const other = { ...output, parameters: { content_type: "np", nested: { a: [1] } } };
  expect(decode({ outputs: [other] }).outputs[0]?.data).toEqual(new Int32Array([3, 4]));
});

describe("an answer is refused", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["with a number as id", { id: 5 }, '"id" to be text, found a number'],
    ["with a list as model name", { model_name: ["m"] }, '"model_name" to be text'],
    ["with an object as version", { model_version: {} }, '"model_version" to be text'],
    ["without outputs", { outputs: undefined }, '"outputs" to be a list'],
    ["with null as outputs", { outputs: null }, "found null"],
    ["that is an error", { error: "boom\n\u0007!" }, "found an error: boom !"],
  ])("%s", (_, facts, message) => {
    expect(() => decode(facts)).toThrow(DecodeError);
    expect(() => decode(facts)).toThrow(message);
  });

  test.each(["[]", "null", '"x"', "7", "", "{", "<html>"])("that is %j", (text) => {
    expect(() => decodeResponse(utf8(text), undefined)).toThrow(DecodeError);
  });

  test.each([-1, 0.5, 1000, Number.NaN, Number.POSITIVE_INFINITY, 0])(
    "whose header length is %d",
    (length) => {
      const body = json({ outputs: [] });
      expect(() => decodeResponse(body, length)).toThrow(DecodeError);
    },
  );

  test("with more outputs than allowed", () => {
    const many = (count: number) =>
      json({ outputs: Array.from({ length: count }, (_, i) => ({ ...output, name: `o${i}` })) });
    expect(decodeResponse(many(256), undefined).outputs).toHaveLength(256);
    expect(() => decodeResponse(many(257), undefined)).toThrow("at most 256 tensors, found 257");
    expect(() => decodeResponse(many(3), undefined, { maxTensors: 2 })).toThrow("at most 2");
  });

  test("with more JSON than allowed", () => {
    const body = json({ outputs: [output] });
    expect(() => decodeResponse(body, undefined, { maxJsonBytes: 10 })).toThrow("at most 10 bytes");
  });
});
