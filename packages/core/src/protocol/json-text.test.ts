import fc from "fast-check";
import { expect, test } from "vitest";
import { EncodeError } from "../errors/errors.ts";
import { encodeParameters, quote } from "./json-text.ts";

test("quoted text is ASCII and reads back as it was, lone surrogates too", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "binary-ascii" }),
    fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(JSON.parse(quote(text))).toBe(text);
      expect(quote(text)).toMatch(/^[\u0020-\u007e]*$/);
    }),
  );
});

test("each kind of parameter has its JSON form", () => {
  expect(
    encodeParameters({
      text: 'a"é',
      int: 5,
      real: 0.5,
      yes: true,
      big: -(2n ** 63n),
      one: { double: 1 },
      minus: { double: -0 },
      half: { double: 0.5 },
      huge: { double: 1e21 },
    }),
  ).toBe(
    String.raw`,"text":"a\"\u00e9","int":5,"real":0.5,"yes":true,"big":-9223372036854775808,"one":1.0,"minus":-0.0,"half":0.5,"huge":1e+21`,
  );
  expect(encodeParameters({})).toBe("");
});

test.each([
  ["NaN", Number.NaN],
  ["an infinite double", { double: Number.POSITIVE_INFINITY }],
  ["an integer of 65 bits", 2n ** 63n],
])("%s is refused as a parameter, by its name", (_, value) => {
  expect(() => encodeParameters({ p: value })).toThrow(EncodeError);
  expect(() => encodeParameters({ p: value })).toThrow('parameter "p"');
});
