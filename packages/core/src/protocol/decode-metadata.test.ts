import { describe, expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import { datatypeNames } from "../tensor/datatypes.ts";
import { decodeModelMetadata, decodeServerMetadata, readDatatype } from "./decode-metadata.ts";
import { json, utf8 } from "./message.fixture.ts";

describe("server metadata", () => {
  test("of Triton has all three members", () => {
    const triton = { name: "triton", version: "2.51.0", extensions: ["binary_tensor_data"] };
    expect(decodeServerMetadata(json(triton))).toEqual(triton);
  });

  test("may lack extensions, or spell them otherwise", () => {
    const expected = { name: "Torchserve", version: "", extensions: [] };
    expect(decodeServerMetadata(json({ name: "Torchserve", extenstion: ["x"] }))).toEqual(expected);
    expect(decodeServerMetadata(json({ ...expected, extensions: null }))).toEqual(expected);
  });

  test.each(["[]", "null", "Not Found"])("is not %s", (text) => {
    expect(() => decodeServerMetadata(utf8(text))).toThrow(DecodeError);
  });
});

describe("model metadata", () => {
  const input = { name: "x", datatype: "FP32", shape: [-1, 4] };

  test("of Triton is read whole", () => {
    const model = {
      name: "m",
      versions: ["1", "2"],
      platform: "python",
      inputs: [input],
      outputs: [{ name: "y", datatype: "BYTES", shape: [-1] }],
    };
    expect(decodeModelMetadata(json(model))).toEqual(model);
  });

  test("may lack versions, inputs and outputs or have null there", () => {
    const expected = { name: "m", versions: [], platform: "", inputs: [], outputs: [] };
    const nulls = { name: "m", versions: null, platform: null, inputs: null, outputs: null };
    expect(decodeModelMetadata(json(nulls))).toEqual(expected);
    expect(decodeModelMetadata(json({ name: "m", parameters: {} }))).toEqual(expected);
    expect(decodeModelMetadata(json({ versions: [1] })).versions).toEqual(["1"]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["a tensor without a name", { ...input, name: "" }, "to have a name"],
    ["an unknown datatype", { ...input, datatype: "FP8" }, 'tensor "x": expected a known datatype'],
    ["no datatype", { ...input, datatype: undefined }, "known datatype"],
    ["no shape", { ...input, shape: undefined }, 'shape of tensor "x"'],
    ["a dimension below -1", { ...input, shape: [-2] }, 'shape of tensor "x"'],
    ["a fractional dimension", { ...input, shape: [0.5] }, 'shape of tensor "x"'],
    ["rank 17", { ...input, shape: Array.from({ length: 17 }, () => 1) }, 'shape of tensor "x"'],
  ])("with %s is refused", (_, tensor, message) => {
    const decode = () => decodeModelMetadata(json({ name: "m", inputs: [tensor] }));
    expect(decode).toThrow(DecodeError);
    expect(decode).toThrow(message);
  });

  test.each(["inputs", "outputs"])("whose %s are no list is refused", (key) => {
    expect(() => decodeModelMetadata(json({ name: "m", [key]: {} }))).toThrow("expected a list");
    expect(() => decodeModelMetadata(json({ name: "m", [key]: [1] }))).toThrow("a JSON object");
  });
});

test("the configuration's datatypes are the wire's with a prefix, but for TYPE_STRING", () => {
  for (const name of datatypeNames) {
    const configured = name === "BYTES" ? "TYPE_STRING" : `TYPE_${name}`;
    expect([readDatatype("x", name), readDatatype("x", configured)]).toEqual([name, name]);
  }
  expect(() => readDatatype("x", "STRING")).toThrow(DecodeError);
});
