import { expect, it } from "vitest";
import { readJson } from "./json.ts";

const read = (text: string): unknown => readJson(Buffer.from(text));

it("tells whole numbers from others by how they are written", () => {
  expect(read("[1,1.0,1e0,-0,-0.0]")).toEqual([1n, 1, 1, 0n, -0]);
});

it("keeps 64 bits, and makes what is wider a floating-point number", () => {
  expect(read("[18446744073709551615,-9223372036854775808]")).toEqual([
    2n ** 64n - 1n,
    -(2n ** 63n),
  ]);
  expect(read("[18446744073709551616,-9223372036854775809]")).toEqual([2 ** 64, -(2 ** 63)]);
});

it("takes NaN and the infinities as bare words", () => {
  const words = "[NaN,Infinity,-Infinity,Inf,-Inf]";
  expect(read(words)).toEqual([Number.NaN, 1 / 0, -1 / 0, 1 / 0, -1 / 0]);
});

it("reads escapes, UTF-8 and pairs of surrogates", () => {
  expect(read('"a\\n\\u00e9é\\ud83d\\ude00\\/\\\\"')).toBe("a\néé😀/\\");
});

it("lets the first of two members of one name count", () => {
  expect(read('{"a":1,"a":2}')).toEqual(new Map([["a", 1n]]));
});

it("ends at a NUL, so that binary data may follow", () => {
  expect(read("{}\u0000\u0001")).toEqual(new Map());
});

it.each([
  ["", "The document is empty. at 0"],
  ["   ", "The document is empty. at 3"],
  ["{", "Missing a name for object member. at 1"],
  ['{"a":1,}', "Missing a name for object member. at 7"],
  ['{"id" 1}', "Missing a colon after a name of object member. at 6"],
  ['{"a":1 "b":2}', "Missing a comma or '}' after an object member. at 7"],
  ["[1 2]", "Missing a comma or ']' after an array element. at 3"],
  ["{}x", "The document root must not be followed by other values. at 2"],
  ['{"inputs":[', "Invalid value. at 11"],
  ['{"a":nope}', "Invalid value. at 6"],
  ['{"id":trux}', "Invalid value. at 9"],
  ['{"id":Nax}', "Invalid value. at 8"],
  ['{"id":-}', "Invalid value. at 7"],
  ['{"id":1.}', "Miss fraction part in number. at 8"],
  ['{"id":1e}', "Miss exponent in number. at 8"],
  ['{"id":1e999}', "Number too big to be stored in double. at 6"],
  ['{"id":"a', "Missing a closing quotation mark in string. at 8"],
  ['{"id":"a\\x"}', "Invalid escape character in string. at 8"],
  ['{"id":"\\u12g"}', "Incorrect hex digit after \\u escape in string. at 7"],
  ['"\\ud800"', "The surrogate pair in string is invalid. at 1"],
])("refuses %s with the words of the real server", (text, words) => {
  expect(() => read(text)).toThrow(`failed to parse the request JSON buffer: ${words}`);
});
