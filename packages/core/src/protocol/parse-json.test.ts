import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import { isJsonObject, member, type JsonValue } from "./json-value.ts";
import { utf8 } from "./message.fixture.ts";
import { parseJson } from "./parse-json.ts";
import { readJson } from "./read-json.ts";

const parse = (text: string, maxDepth?: number) => parseJson(utf8(text), maxDepth);

/** JSON again, with the integers rounded that JSON.parse rounds. */
function write(value: JsonValue): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "bigint" ? Number(item) : item,
  );
}

test("any JSON is read as JSON.parse reads it, but for huge integers", () => {
  fc.assert(
    fc.property(fc.json({ depthSize: "medium" }), (text) => {
      expect(write(parse(text))).toBe(write(JSON.parse(text)));
    }),
  );
});

test("the reader of tolerated JSON agrees with JSON.parse on plain JSON", () => {
  fc.assert(
    fc.property(fc.json({ depthSize: "medium" }), (text) => {
      expect(write(readJson(text))).toBe(write(JSON.parse(text)));
    }),
  );
});

test("what neither reader takes is a decode error, whatever the text", () => {
  const pieces = fc.oneof(
    fc.constantFrom("NaN", "Inf", "true", '"a"', "\u0000"),
    fc.string({
      unit: fc.constantFrom(..."[]{}:,".split(""), '"', "\\", " ", "-", ".", "0", "e", "9"),
    }),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join("");
      try {
        parse(text);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
        return;
      }
      if (!/NaN|Inf/.test(text)) expect(() => JSON.parse(text)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});

describe("bare words for numbers", () => {
  test("are read outside of strings alone", () => {
    expect(parse('[NaN,Infinity,-Infinity,Inf,-Inf,"NaN","Infinity"]')).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      "NaN",
      "Infinity",
    ]);
  });

  test.each(["[nan]", "[-NaN]", "[+Infinity]", "[infinity]", "[NaNs]", "[Infinit]", "[N]"])(
    "%s is none",
    (text) => {
      expect(() => parse(text)).toThrow(DecodeError);
    },
  );
});

describe("integers", () => {
  test("beyond 2^53 are bigint, to the last digit", () => {
    expect(
      parse("[9007199254740991,9007199254740993,-9223372036854775808,18446744073709551615]"),
    ).toEqual([9007199254740991, 9007199254740993n, -(2n ** 63n), 2n ** 64n - 1n]);
  });

  test("with a fraction or an exponent are floats", () => {
    expect(parse("[12345678901234567890.5,1e30,0.30000000000000004,1E400]")).toEqual([
      Number("12345678901234567890.5"),
      1e30,
      0.30000000000000004,
      Number.POSITIVE_INFINITY,
    ]);
  });

  test("of more digits than any datatype has are floats", () => {
    expect(parse(`[${"9".repeat(400)}]`)).toEqual([Number.POSITIVE_INFINITY]);
  });

  test.each(["[01]", "[-]", "[1.]", "[.5]", "[1e]", "[9007199254740993 1]", "[00000000000000001]"])(
    "%s is none",
    (text) => {
      expect(() => parse(text)).toThrow(DecodeError);
    },
  );
});

describe("objects", () => {
  test.each(['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '[{"b":{"a":[],"a":NaN}}]'])(
    "%s has a member twice and is refused",
    (text) => {
      expect(() => parse(text)).toThrow("twice");
    },
  );

  test.each(['{"__proto__":{"x":1},"constructor":2}', '{"__proto__":{"x":1},"constructor":NaN}'])(
    "P13: %s changes no prototype",
    (text) => {
      const value = parse(text);
      if (!isJsonObject(value)) expect.fail("expected an object");
      expect(value["x"]).toBeUndefined();
      expect(member(value, "__proto__")).toEqual({ x: 1 });
      expect(member(value, "constructor")).not.toBe(Object);
      expect(member(value, "toString")).toBeUndefined();
      expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    },
  );
});

describe("nesting", () => {
  const nested = (levels: number, core = "") => "[".repeat(levels) + core + "]".repeat(levels);

  test("is read up to the limit, in either reader", () => {
    expect(() => parse(nested(32))).not.toThrow();
    expect(() => parse(nested(32, "NaN"))).not.toThrow();
    expect(() => parse(nested(33))).toThrow("at most 32 levels");
    expect(() => parse(nested(33, "NaN"))).toThrow("at most 32 levels");
    expect(() => parse(nested(100), 100)).not.toThrow();
  });

  test("P13: of a million levels is a decode error, not an exhausted stack", () => {
    for (const text of ["[", '{"a":', "[NaN,"]) {
      expect(() => parse(text.repeat(1_000_000))).toThrow(DecodeError);
    }
  });

  test("inside strings does not count", () => {
    expect(parse(`["${"[".repeat(200)}\\"${"{".repeat(200)}"]`)).toHaveLength(1);
  });
});

test("a long string beside a bare word is read", () => {
  const text = "x".repeat(3_000_000);
  expect(parse(`["${text}",NaN]`)).toEqual([text, Number.NaN]);
});

test("bytes that are not UTF-8 are refused", () => {
  expect(() => parseJson(new Uint8Array([0x22, 0xff, 0x22]))).toThrow("UTF-8");
});

test("an error quotes nothing of the text", () => {
  for (const text of ['{"secret":', '[NaN,"secret":']) {
    expect(() => parse(text)).toThrow(/^((?!secret).)*$/);
  }
});
