import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanServerText } from "./server-text.ts";

test("control and format characters and line ends become one space each run", () => {
  expect(cleanServerText(" a\r\n\u0000b\u001b[31m\u202ec\u200b\u2028d\u2029\ufeff ")).toBe(
    "a b [31m c d",
  );
});

test("a text of 1,024 characters is whole, a longer one cut with an ellipsis", () => {
  expect(cleanServerText("x".repeat(1024))).toBe("x".repeat(1024));
  expect(cleanServerText("x".repeat(1025))).toBe(`${"x".repeat(1023)}…`);
});

test("a cut between the halves of a pair leaves well-formed text", () => {
  const text = cleanServerText("😀".repeat(600));
  expect([text.length, text.isWellFormed()]).toEqual([1024, true]);
});

test("any text comes out as one line of at most 1,024 characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 3000 }), (text) => {
      expect(cleanServerText(text)).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u);
      expect(cleanServerText(text).length).toBeLessThanOrEqual(1024);
    }),
  );
});
