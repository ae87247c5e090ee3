import { describe, expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import { decodeResponse } from "./decode-response.ts";
import { utf8 } from "./message.fixture.ts";

/** An answer with one output, of JSON text that changes a good one, and four bytes behind it. */
function decode(members: string, tail: readonly number[] = []): unknown {
  const header = utf8(`{"outputs":[{${members}}]}`);
  return decodeResponse(new Uint8Array([...header, ...tail]), header.byteLength).outputs[0]?.data;
}

const binary = (shape: string, size: string, datatype = "INT16") =>
  `"name":"S","datatype":"${datatype}","shape":${shape},"parameters":{"binary_data_size":${size}}`;
const text = (shape: string, data: string, datatype = "INT16") =>
  `"name":"S","datatype":"${datatype}","shape":${shape},"data":${data}`;
const four = [1, 0, 2, 0];

test("the good tensors that the others differ from are read", () => {
  expect(decode(binary("[2]", "4"), four)).toEqual(new Int16Array([1, 2]));
  expect(decode(text("[2]", "[1,2]"))).toEqual(new Int16Array([1, 2]));
});

describe("a tensor is refused by its name", () => {
  test.each([
    ["without a known datatype", text("[2]", "[1,2]", "INT99")],
    ["with the configuration's datatype", text("[2]", "[1,2]", "TYPE_INT16")],
    ["with an inherited datatype", text("[2]", "[1,2]", "constructor")],
    ["without a shape", '"name":"S","datatype":"INT16","data":[]'],
    ["with a negative dimension", text("[-1]", "[1,2]")],
    ["with a fractional dimension", text("[1.5]", "[1,2]")],
    ["with a text as dimension", text('["2"]', "[1,2]")],
    ["with NaN as dimension", text("[NaN]", "[1,2]")],
    ["with a huge dimension", text("[18446744073709551615]", "[1,2]")],
    ["with rank 17", text("[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2]", "[1,2]")],
    ["with an overflowing product", text("[4294967296,4294967296]", "[1,2]")],
    ["with a product of 2^64, which wraps to 0", text("[4294967296,4294967296,0]", "[]")],
    ["with more elements than its JSON has bytes", text("[4503599627370496]", "[1,2]")],
    ["with an element too few", text("[3]", "[1,2]")],
    ["with an element too many", text("[2]", "[1,2,3]")],
    ["with an element too many in nested lists", text("[2,1]", "[[1],[2],[3]]")],
    ["without any elements", '"name":"S","datatype":"INT16","shape":[2]'],
    ["with a binary size of text", binary("[2]", '"4"')],
    ["with a binary size of a list", binary("[2]", "[4]")],
    ["with a negative binary size", binary("[2]", "-4")],
    ["with a fractional binary size", binary("[2]", "3.5")],
    ["with a binary size beyond the rest", binary("[2]", "5")],
    ["with a binary size of 2^64", binary("[2]", "18446744073709551616")],
    ["with a binary size that its shape does not have", binary("[3]", "4")],
    ["with a shape that no memory holds", binary("[4503599627370496]", "4")],
    ["with its elements in both forms", `${binary("[2]", "4")},"data":[1,2]`],
    ["of BYTES with a length past its end", binary("[1]", "4", "BYTES")],
    ["of BYTES with more elements than lengths", binary("[2000000000]", "4", "BYTES")],
  ])("%s", (_, members) => {
    const run = () => decode(members, members.includes("binary_data_size") ? four : []);
    expect(run).toThrow(DecodeError);
    expect(run).toThrow('tensor "S"');
  });
});

test.each([
  ["no name", '"datatype":"INT16","shape":[0],"data":[]'],
  ["an empty name", '"name":"","datatype":"INT16","shape":[0],"data":[]'],
  ["a number as name", '"name":1,"datatype":"INT16","shape":[0],"data":[]'],
])("a tensor with %s is refused", (_, members) => {
  expect(() => decode(members)).toThrow("expected each tensor to have a name");
});

test("the same name twice is refused", () => {
  expect(() => decode(`${text("[2]", "[1,2]")}},{${text("[2]", "[1,2]")}`)).toThrow(
    'tensor "S": expected once, found twice',
  );
});

test("bytes after the last tensor are refused", () => {
  expect(() => decode(binary("[1]", "2"), four)).toThrow(
    "expected 2 bytes of binary tensors, found 4",
  );
  expect(() => decode(text("[2]", "[1,2]"), four)).toThrow("expected 0 bytes");
});

test("an entry that is no object is refused", () => {
  const body = utf8('{"outputs":[[1]]}');
  expect(() => decodeResponse(body, undefined)).toThrow("to be an object, found a list");
});
