import { describe, expect, it } from "vitest";
import { isFieldName, isFieldValue, trimField } from "./field.ts";

const allChars = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code));

describe("a header's characters", () => {
  it("are, in a name, those of a token", () => {
    const token = "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~";
    expect(allChars.filter(isFieldName).join("")).toBe(token);
  });

  it("are, in a value, the visible ones of one byte, space and tab", () => {
    const refused = allChars
      .filter((char) => !isFieldValue(char))
      .map((char) => char.charCodeAt(0));
    const controls = Array.from({ length: 32 }, (_, code) => code).filter((code) => code !== 9);
    const beyond = Array.from({ length: 0x80 }, (_, at) => 0x100 + at);
    expect(refused).toEqual([...controls, 0x7f, ...beyond]);
  });

  it.each([
    ["", ""],
    [" \t ", ""],
    ["\t a b\t ", "a b"],
    ["\xa0a\xa0", "\xa0a\xa0"],
    [" \xa0 ", "\xa0"],
  ])("around %j leave %j", (text, trimmed) => {
    expect(trimField(text)).toBe(trimmed);
  });
});
