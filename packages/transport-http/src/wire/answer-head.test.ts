import { describe, expect, it } from "vitest";
import { parseAnswerHead, type AnswerHead } from "./answer-head.ts";

function headOf(...lines: readonly string[]): AnswerHead {
  return parseAnswerHead(lines.join("\r\n"));
}
const ok = "HTTP/1.1 200 OK";
const invalid = expect.objectContaining({ name: "WireError", code: "HTTP_INVALID" });

describe("a status line", () => {
  it.each([
    ["HTTP/1.1 200 OK", 200],
    ["HTTP/1.0 404 Not Found", 404],
    ["HTTP/1.1 503 ", 503],
    ["HTTP/1.1 503", 503],
    ["HTTP/1.1 999 \t~\x80\xff", 999],
    ["HTTP/1.1 100 Continue", 100],
  ])("%j says %i", (line, status) => {
    expect(headOf(line).status).toBe(status);
  });

  it.each([
    "",
    "HTTP/1.1",
    "HTTP/1.1 ",
    "HTTP/1.1 20 OK",
    "HTTP/1.1 2000 OK",
    "HTTP/1.1 099 OK",
    "HTTP/1.1 +20 OK",
    "HTTP/1.1  200 OK",
    "HTTP/1.1\t200 OK",
    "HTTP/1.1 200\tOK",
    "HTTP/1.1 200OK",
    "HTTP/1.2 200 OK",
    "HTTP/2 200 OK",
    "HTTP/2.0 200 OK",
    "HTTP/1.10 200 OK",
    "HTTP/01.1 200 OK",
    "http/1.1 200 OK",
    " HTTP/1.1 200 OK",
    "\nHTTP/1.1 200 OK",
    "ICY 200 OK",
    "HTTP/1.1 200 O\0K",
    "HTTP/1.1 200 O\rK",
    "HTTP/1.1 200 O\nK",
    "HTTP/1.1 200 OK\r",
    "HTTP/1.1 200 \x7f",
  ])("%j is refused", (line) => {
    expect(() => headOf(line)).toThrow(invalid);
  });
});

describe("header lines", () => {
  it("are read by lower-case name, without the spaces around the value; some come twice", () => {
    const { headers } = headOf(ok, "X-A:1", "x-a: \t2 \t", "X-a:", "B: c : d", "E:\xa0\xe9\xa0");
    expect({ ...headers }).toEqual({ "x-a": ["1", "2", ""], b: "c : d", e: "\xa0\xe9\xa0" });
  });

  it("may have any name without touching a prototype", () => {
    const { headers } = headOf(ok, "__proto__: a", "constructor: b", "toString: c", "__proto__: d");
    expect(Object.entries(headers)).toEqual([
      ["__proto__", ["a", "d"]],
      ["constructor", "b"],
      ["tostring", "c"],
    ]);
    expect(Object.getPrototypeOf(headers)).toBeNull();
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
  });

  it.each([
    "",
    "no colon",
    ": no name",
    "Name : space before the colon",
    "Name\t: tab before the colon",
    " folded: line",
    "\tfolded",
    "a b: c",
    "a(b): c",
    "é: c",
    "a: NUL \0",
    "a: DEL \x7f",
    "a: bare \r return",
    "a: bare \n feed",
    "a: bare return at the end\r",
    "a: \u000b",
  ])("are refused: %j", (line) => {
    expect(() => headOf(ok, line)).toThrow(invalid);
    expect(() => headOf(ok, "a: b", line, "c: d")).toThrow(invalid);
  });

  it("of 16 KiB take no longer when something is wrong at their end", () => {
    const line = `a:${" ".repeat(16_000)}`;
    const before = process.cpuUsage();
    for (let run = 0; run < 20; run += 1) expect(() => headOf(ok, `${line}\0`)).toThrow(invalid);
    // With the square of the length it would be 20 seconds.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(4000);
  });
});

describe("where a body ends", () => {
  it.each<[string, string[], AnswerHead["framing"], number]>([
    [ok, [], "close", 0],
    [ok, ["Content-Length: 0"], "length", 0],
    [ok, ["content-length:5"], "length", 5],
    [ok, ["Content-Length: \t007 "], "length", 7],
    [ok, ["Content-Length: 999999999999999"], "length", 999_999_999_999_999],
    [ok, ["Transfer-Encoding: chunked"], "chunked", 0],
    [ok, ["TRANSFER-ENCODING:\tChunKed "], "chunked", 0],
    ["HTTP/1.0 200", ["Content-Length: 5"], "length", 5],
    ["HTTP/1.0 200", [], "close", 0],
    ["HTTP/1.1 404", ["Content-Length: 5"], "length", 5],
    ["HTTP/1.1 205", ["Content-Length: 5"], "length", 5],
    ["HTTP/1.1 204", [], "none", 0],
    ["HTTP/1.1 204", ["Content-Length: 5"], "none", 0],
    ["HTTP/1.1 304", ["Transfer-Encoding: chunked"], "none", 0],
    ["HTTP/1.1 100", ["Content-Length: 5"], "none", 0],
  ])("%s with %j is told by: %s %i", (first, lines, framing, bodyBytes) => {
    expect(headOf(first, ...lines)).toMatchObject({ framing, bodyBytes });
  });

  it.each([
    ["two lengths", ["Content-Length: 5", "Content-Length: 6"]],
    ["the same length twice", ["Content-Length: 5", "Content-Length: 5"]],
    ["a list of lengths", ["Content-Length: 5, 5"]],
    ["no length", ["Content-Length:"]],
    ["a negative length", ["Content-Length: -1"]],
    ["a length with a sign", ["Content-Length: +5"]],
    ["a length in hex", ["Content-Length: 0x5"]],
    ["a fraction", ["Content-Length: 5.0"]],
    ["an exponent", ["Content-Length: 5e3"]],
    ["a length beyond what a number holds", ["Content-Length: 9007199254740993"]],
    ["a length with a no-break space", ["Content-Length: 5\xa0"]],
    ["digits of another script", ["Content-Length: \xb2"]],
    ["a length beside chunks", ["Content-Length: 5", "Transfer-Encoding: chunked"]],
    ["chunks beside a length", ["Transfer-Encoding: chunked", "Content-Length: 5"]],
    ["another coding", ["Transfer-Encoding: gzip"]],
    ["another coding below the chunks", ["Transfer-Encoding: gzip, chunked"]],
    ["another coding above the chunks", ["Transfer-Encoding: chunked, identity"]],
    ["chunks in chunks", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"]],
    ["no coding", ["Transfer-Encoding:"]],
    ["a coding in quotes", ['Transfer-Encoding: "chunked"']],
    ["a coding with a parameter", ["Transfer-Encoding: chunked;a=b"]],
    ["a coding with a no-break space", ["Transfer-Encoding: chunked\xa0"]],
    ["another word", ["Transfer-Encoding: xchunked"]],
  ])("is in doubt with %s, which is refused", (_what, lines) => {
    for (const status of [200, 204, 304, 500]) {
      expect(() => headOf(`HTTP/1.1 ${status}`, ...lines)).toThrow(invalid);
    }
  });

  it("is in doubt with chunks in HTTP/1.0, which does not know them", () => {
    expect(() => headOf("HTTP/1.0 200", "Transfer-Encoding: chunked")).toThrow(invalid);
  });
});

const length = "Content-Length: 1";

describe("a connection", () => {
  it.each<[string, string[], boolean]>([
    [ok, [length], true],
    [ok, [length, "Connection: keep-alive"], true],
    [ok, [length, "Connection: close"], false],
    [ok, [length, "Connection: CLOSE"], false],
    [ok, [length, "Connection: keep-alive, \tclose"], false],
    [ok, [length, "Connection: x-close"], true],
    [ok, [length, "Connection: a", "Connection: close"], false],
    [ok, [length, "Connection: close", "Connection: keep-alive"], false],
    [ok, [], false],
    [ok, ["Connection: keep-alive"], false],
    ["HTTP/1.0 200", [length], false],
    ["HTTP/1.0 200", [length, "Connection: Keep-Alive"], true],
    ["HTTP/1.0 200", [length, "Connection: keep-alive\xa0"], false],
    ["HTTP/1.0 200", [length, "Connection: keep-alive, close"], false],
    ["HTTP/1.1 204", [], true],
    ["HTTP/1.1 204", ["Content-Length: 0"], true],
    ["HTTP/1.1 204", ["Content-Length: 5"], false],
    ["HTTP/1.1 304", ["Transfer-Encoding: chunked"], false],
  ])("behind %s with %j carries another exchange: %s", (first, lines, keepAlive) => {
    expect(headOf(first, ...lines).keepAlive).toBe(keepAlive);
  });

  it.each([
    ["timeout=5", 5000],
    ["max=100, timeout=5", 5000],
    ["timeout=15,max=100", 15_000],
    ["timeout=0", 0],
    ["timeout=999999999", 999_999_999_000],
    ["xtimeout=5", undefined],
    ["timeout=", undefined],
    ["timeout=-5", undefined],
    ["max=5", undefined],
    ["", undefined],
  ])("is kept by the server as Keep-Alive says, %j: %s ms", (value, ms) => {
    expect(headOf(ok, length, `Keep-Alive: ${value}`).keepAliveMs).toBe(ms);
  });
});
