import { describe, expect, it } from "vitest";
import { createChunkedBody } from "./chunked-body.ts";

/** The body, and what stands behind it; undefined where the end has not come. */
function read(...pieces: readonly string[]) {
  let body = "";
  const chunked = createChunkedBody((piece) => (body += Buffer.from(piece).toString("latin1")));
  let rest = "";
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, "latin1");
    rest += piece.slice(chunked.push(bytes, 0));
  }
  return { body, rest, isOver: chunked.isOver };
}
const invalid = expect.objectContaining({ name: "WireError", code: "HTTP_INVALID" });

describe("a body in chunks", () => {
  it.each([
    ["none", "0\r\n\r\n", ""],
    ["one", "3\r\nabc\r\n0\r\n\r\n", "abc"],
    ["several", "1\r\na\r\n02\r\nbc\r\n000\r\n\r\n", "abc"],
    [
      "hex of both cases",
      `a\r\n${"x".repeat(10)}\r\nB\r\n${"y".repeat(11)}\r\n0\r\n\r\n`,
      "x".repeat(10) + "y".repeat(11),
    ],
    ["twelve digits", "000000000001\r\na\r\n0\r\n\r\n", "a"],
    ["line breaks as data", "4\r\n\r\n0\r\r\n0\r\n\r\n", "\r\n0\r"],
    ["extensions", '1;a=b;c="d;e" \t\xff\r\na\r\n0;last\r\n\r\n', "a"],
    ["trailers", "1\r\na\r\n0\r\nX-A: b\r\nContent-Length: 7\r\n\r\n", "a"],
  ])("of %s chunk is read", (_what, text, body) => {
    expect(read(text)).toEqual({ body, rest: "", isOver: true });
    expect(read(...text.split(""))).toEqual({ body, rest: "", isOver: true });
    expect(read(`${text}HTTP/1.1 200`)).toEqual({ body, rest: "HTTP/1.1 200", isOver: true });
  });

  it("hands out what it has before the end comes, and tells that it has not", () => {
    expect(read("5\r\nab")).toEqual({ body: "ab", rest: "", isOver: false });
    expect(read("2\r\nab\r\n0\r\n\r")).toEqual({ body: "ab", rest: "", isOver: false });
  });

  it("is read from where it begins", () => {
    let body = "";
    const chunked = createChunkedBody((piece) => (body += Buffer.from(piece).toString("latin1")));
    expect(chunked.push(Buffer.from("head1\r\na\r\n0\r\n\r\nrest"), 4)).toBe(15);
    expect(body).toBe("a");
  });

  it.each([
    ["no size", "\r\n"],
    ["a size that is no number", "g\r\n"],
    ["a size in a prefix", "0x1\r\na\r\n"],
    ["a negative size", "-1\r\n"],
    ["a sign", "+1\r\na\r\n"],
    ["a space before the size", " 1\r\na\r\n"],
    ["a space behind the size", "1 \r\na\r\n"],
    ["a no-break space behind the size", "1\xa0\r\na\r\n"],
    ["a size of more digits than a number holds", "1000000000000000\r\n"],
    ["a size that wraps around to one", "10000000000000001\r\na\r\n"],
    ["a bare line feed behind the size", "1\na\r\n0\r\n\r\n"],
    ["a bare carriage return in the size", "1\r;\r\n"],
    ["a NUL in an extension", "1;\0\r\n"],
    ["a line feed in an extension", "1;a\nb\r\n"],
    ["a chunk longer than its size", "1\r\nab\r\n"],
    ["a chunk longer than its size by a break", "1\r\na\r\r\n"],
    ["a bare line feed behind a chunk", "1\r\na\n0\r\n\r\n"],
    ["no break behind a chunk", "1\r\na0\r\n\r\n"],
    ["a bare line feed at the end", "0\r\n\n"],
    ["a bare line feed behind a trailer", "0\r\na: b\n\r\n"],
    ["a trailer without a colon", "0\r\nab\r\n\r\n"],
    ["a folded trailer", "0\r\na: b\r\n c\r\n\r\n"],
    ["a trailer with a NUL", "0\r\na: \0\r\n\r\n"],
  ])("with %s is refused", (_what, text) => {
    expect(() => read(text)).toThrow(invalid);
    expect(() => read(...text.split(""))).toThrow(invalid);
  });

  it.each([
    ["an extension of a kilobyte", `1;${"x".repeat(1020)}\r\n`, `1;${"x".repeat(1021)}\r\n`],
    ["zeros before the size", `${"0".repeat(11)}1\r\n`, `${"0".repeat(12)}1\r\n`],
    ["a trailer of 16 KiB", `0\r\na:${"x".repeat(16_380)}\r\n`, `0\r\na:${"x".repeat(16_381)}\r\n`],
    [
      "trailers of 16 KiB",
      `0\r\n${"abcde:\r\n".repeat(2047)}`,
      `0\r\n${"abcde:\r\n".repeat(2049)}`,
    ],
  ])("is read up to %s and no further", (_what, most, more) => {
    expect(read(most).isOver).toBe(false);
    expect(() => read(more)).toThrow(invalid);
  });

  it.each(["1", "1;", "0\r\na"])("keeps no endless line that begins with %j", (start) => {
    expect(() => read(start, ...Array.from({ length: 200 }, () => "0".repeat(100)))).toThrow(
      invalid,
    );
  });
});
