import { describe, expect, it } from "vitest";
import { requestHead, type RequestLine } from "./request-head.ts";

const get: RequestLine = { method: "GET", path: "/v2", headers: [], body: undefined };

describe("the head of a request", () => {
  it.each<[string, Partial<RequestLine>, string]>([
    ["GET", {}, "GET /v2 HTTP/1.1\r\nhost: h:1\r\nconnection: keep-alive\r\n\r\n"],
    [
      "POST with a body",
      {
        method: "POST",
        path: "/a?b=%20",
        headers: ["x-a", "1", "X-B", "2"],
        body: { byteLength: 7 },
      },
      "POST /a?b=%20 HTTP/1.1\r\nhost: h:1\r\nconnection: keep-alive\r\nx-a: 1\r\nX-B: 2\r\ncontent-length: 7\r\n\r\n",
    ],
    [
      "POST without a body, which says so",
      { method: "POST" },
      "POST /v2 HTTP/1.1\r\nhost: h:1\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n",
    ],
    [
      "GET with a body, which would begin another request if it had no length",
      { body: { byteLength: 3 } },
      "GET /v2 HTTP/1.1\r\nhost: h:1\r\nconnection: keep-alive\r\ncontent-length: 3\r\n\r\n",
    ],
    [
      "a header of every character that a value may have",
      { headers: ["!#$%&'*+-.^_`|~09AZaz", "\t\x20\x7e\x80\xff"] },
      "GET /v2 HTTP/1.1\r\nhost: h:1\r\nconnection: keep-alive\r\n!#$%&'*+-.^_`|~09AZaz: \t\x20\x7e\x80\xff\r\n\r\n",
    ],
  ])("of %s is exactly these bytes", (_what, line, expected) => {
    expect(requestHead({ ...get, ...line }, "h:1", false)).toBe(expected);
  });

  it("asks the server to hang up where nothing comes behind", () => {
    expect(requestHead(get, "[::1]", true)).toBe(
      "GET /v2 HTTP/1.1\r\nhost: [::1]\r\nconnection: close\r\n\r\n",
    );
  });

  it.each([
    ["a value that begins another header", ["x", "a\r\ny: b"]],
    ["a value with a line feed", ["x", "a\nb"]],
    ["a value with a carriage return", ["x", "a\r"]],
    ["a value with a NUL", ["x", "a\0"]],
    ["a value with DEL", ["x", "\x7f"]],
    ["a value beyond one byte, whose low byte is a line feed", ["x", "a\u010ab"]],
    ["a name with a space", ["x y", "a"]],
    ["a name with a colon", ["x:", "a"]],
    ["a name with a line break", ["x\r\ny", "a"]],
    ["a name beyond ASCII", ["é", "a"]],
    ["no name", ["", "a"]],
    ["a bad header behind good ones", ["x", "a", "y", "b\n"]],
  ])("is not written with %s", (_what, headers) => {
    expect(() => requestHead({ ...get, headers }, "h", false)).toThrow(
      expect.objectContaining({
        name: "WireError",
        code: "HTTP_HEADER",
        message: "expected a header that HTTP can carry, found another",
      }),
    );
  });

  it.each([
    "",
    "v2",
    "http://h/",
    "*",
    "/a b",
    "/a\tb",
    "/a\r\nx: y",
    "/a\n",
    "/é",
    "/\u010a",
    "/\0",
  ])("is not written for the path %j", (path) => {
    expect(() => requestHead({ ...get, path }, "h", false)).toThrow(
      expect.objectContaining({ code: "HTTP_HEADER" }),
    );
  });
});
