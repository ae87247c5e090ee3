import fc from "fast-check";
import { expect, test } from "vitest";
import { readErrorText } from "./decode-error.ts";
import { utf8 } from "./message.fixture.ts";

test.each([
  ["an error member", '{"error":"Model nope not found"}', "Model nope not found"],
  ["an error object", '{"error":{"code":5,"message":"inner"}}', "inner"],
  ["an error beside its details", '{"error":"bad","detail":[{"msg":"x"}]}', "bad"],
  ["a detail text", '{"detail":"Not Found"}', "Not Found"],
  [
    "a list of details",
    '{"detail":[{"type":"missing","loc":["body"],"msg":"Field required"},{"msg":"Bad"}]}',
    "Field required; Bad",
  ],
  ["an error in a list", '[{"error":"bad arg"}]', "bad arg"],
  ["a bare JSON string", '"An error has occurred"', "An error has occurred"],
  ["an empty JSON string", '""', ""],
  ["a message member", '{"code":404,"type":"X","message":"no model"}', "no model"],
  ["an empty error beside a message", '{"error":"","message":"told"}', "told"],
  ["plain text", "Internal Server Error", "Internal Server Error"],
  ["a number", "503", "503"],
  ["JSON without any text", '{"status":1}', '{"status":1}'],
  ["broken JSON", '{"error":"cut o', '{"error":"cut o'],
  ["an HTML page", "<html>\n<body><h1>502 Bad\tGateway</h1>\n</body></html>", "502 Bad Gateway"],
  ["no body", "", ""],
  ["lines and controls", '{"error":"a\\nb\\u0000c\\u202ed\\u2028e"}', "a b c d e"],
  ["bare words", '{"error":"x","value":NaN}', "x"],
])("the text is found in %s", (_, body, text) => {
  expect(readErrorText(utf8(body))).toBe(text);
});

test("a long text is cut to 1,024 characters", () => {
  const text = readErrorText(utf8(JSON.stringify({ error: "é".repeat(5000) })));
  expect([text.length, text.endsWith("…")]).toEqual([1024, true]);
});

test("a large or a deep body costs no more than its beginning", () => {
  expect(readErrorText(new Uint8Array(10_000_000).fill(0x61))).toHaveLength(1024);
  expect(readErrorText(utf8("[".repeat(60_000)))).toHaveLength(1024);
  expect(readErrorText(utf8("<".repeat(60_000)))).toHaveLength(1024);
});

test("any bytes give one clean line", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (body) => {
      expect(readErrorText(body)).toMatch(/^[^\p{Cc}\p{Cf}]{0,1024}$/u);
    }),
  );
});
