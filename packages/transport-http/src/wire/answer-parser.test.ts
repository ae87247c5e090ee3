import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAnswerParser } from "./answer-parser.ts";
import { WireError } from "./wire-error.ts";

/** All that a parser tells of these pieces. */
function read(pieces: readonly string[]) {
  const parser = createAnswerParser();
  const found = { statuses: [] as number[], body: "", end: "more", error: "", atClose: false };
  const reader = {
    onHead: (status: number) => void found.statuses.push(status),
    onData: (piece: Uint8Array) => void (found.body += Buffer.from(piece).toString("latin1")),
  };
  try {
    for (const piece of pieces) {
      if (found.end !== "more") return { ...found, end: "excess" };
      found.end = parser.push(Buffer.from(piece, "latin1"), reader);
    }
    found.atClose = parser.close();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    found.error = error.code;
  }
  return found;
}
const ok = "HTTP/1.1 200 OK\r\n";
const nothing = { statuses: [], body: "", end: "more", error: "", atClose: false };

describe("an answer", () => {
  it.each([
    [
      "with a length",
      `${ok}Content-Length: 3\r\n\r\nabc`,
      { statuses: [200], body: "abc", end: "end" },
    ],
    ["without a body", `${ok}Content-Length: 0\r\n\r\n`, { statuses: [200], end: "end" }],
    ["of 204", "HTTP/1.1 204 No\r\n\r\n", { statuses: [204], end: "end" }],
    ["of 304", "HTTP/1.1 304\r\nContent-Length: 9\r\n\r\n", { statuses: [304], end: "end" }],
    [
      "in chunks",
      `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\nt: u\r\n\r\n`,
      { statuses: [200], body: "abc", end: "end" },
    ],
    ["until the connection's end", `${ok}\r\nabc`, { statuses: [200], body: "abc", atClose: true }],
    [
      "whose body looks like an end",
      `${ok}Content-Length: 4\r\n\r\n\r\n\r\n`,
      { statuses: [200], body: "\r\n\r\n", end: "end" },
    ],
    [
      "behind 100 and 103",
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n\r\n${ok}Content-Length: 1\r\n\r\nx`,
      { statuses: [200], body: "x", end: "end" },
    ],
    ["that is none yet", "HTTP/1.1 100 Continue\r\n\r\n", {}],
    [
      "whose length is not there",
      `${ok}Content-Length: 3\r\n\r\nab`,
      { statuses: [200], body: "ab" },
    ],
    [
      "whose last chunk is not there",
      `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n`,
      { statuses: [200], body: "a" },
    ],
    [
      "of another protocol's",
      "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n",
      { error: "HTTP_INVALID" },
    ],
    ["with a body behind 204", "HTTP/1.1 204 No\r\n\r\nabc", { statuses: [204], end: "excess" }],
    [
      "with more than its length",
      `${ok}Content-Length: 1\r\n\r\nab`,
      { statuses: [200], body: "a", end: "excess" },
    ],
    [
      "with another behind it",
      `${ok}Content-Length: 0\r\n\r\n${ok}Content-Length: 0\r\n\r\n`,
      { statuses: [200], end: "excess" },
    ],
    [
      "with bytes behind the last chunk",
      `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n0`,
      { statuses: [200], end: "excess" },
    ],
    ["with an empty line in front", `\r\n${ok}\r\n`, { error: "HTTP_INVALID" }],
    [
      "with an empty line behind 100",
      `HTTP/1.1 100 Continue\r\n\r\n\r\n${ok}\r\n`,
      { error: "HTTP_INVALID" },
    ],
    [
      "with a length and chunks",
      `${ok}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      { error: "HTTP_INVALID" },
    ],
    [
      "with a chunk that is none",
      `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\nx\r\n`,
      { statuses: [200], body: "a", error: "HTTP_INVALID" },
    ],
  ])("%s is the same wherever its bytes are cut", (_what, text, expected) => {
    expect(read([text])).toEqual({ ...nothing, ...expected });
    expect(read(text.split(""))).toEqual({ ...nothing, ...expected });
    const cuts = fc.array(fc.nat({ max: text.length }), { maxLength: 8 });
    fc.assert(
      fc.property(cuts, (places) => {
        expect(read(cut(text, places))).toEqual({ ...nothing, ...expected });
      }),
    );
  });

  it("follows another on the same connection", () => {
    const parser = createAnswerParser();
    const told: (string | number)[] = [];
    const reader = {
      onHead: (status: number) => void told.push(status),
      onData: (piece: Uint8Array) => void told.push(Buffer.from(piece).toString()),
    };
    const texts = [
      `${ok}Content-Length: 1\r\n\r\na`,
      `${ok}Content-Length: 1\r\n\r\nb`,
      `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n`,
      `HTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nd`,
      `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\ne\r\n0\r\n\r\n`,
    ];
    for (const text of texts) expect(parser.push(Buffer.from(text), reader)).toBe("end");
    expect(told).toEqual([200, "a", 200, "b", 200, "c", 404, "d", 200, "e"]);
  });

  it("is not ended by the connection's end between two answers", () => {
    expect(createAnswerParser().close()).toBe(false);
  });
});

describe("bytes that are no HTTP", () => {
  it.each([
    "SSH-2.0-OpenSSH",
    "\0\0\x12\x04",
    "<html>",
    "h",
    "HTTP/2.0 200",
    "HTTPS",
    "HTTP 200",
    "+OK",
  ])("are refused at the first byte that differs: %j", (text) => {
    const at = "HTTP/1.".split("").findIndex((char, index) => char !== text[index]);
    expect(read([text.slice(0, at)])).toEqual(nothing);
    expect(read(text.slice(0, at + 1).split("")).error).toBe("HTTP_INVALID");
    expect(read([`HTTP/1.1 100 C\r\n\r\n${text.slice(0, at + 1)}`]).error).toBe("HTTP_INVALID");
  });
});

describe("a head", () => {
  const most = 16 * 1024;
  const withBytes = (bytes: number) => `${ok}Content-Length: 0\r\na:`.padEnd(bytes, "x");

  it("of 16 KiB is read, in one piece or dribbled", () => {
    const text = `${withBytes(most)}\r\n\r\n`;
    expect(read([text])).toMatchObject({ end: "end", error: "" });
    expect(read(text.split(""))).toMatchObject({ end: "end", error: "" });
  });

  it("that is longer is refused, in one piece or dribbled, and before its end has come", () => {
    const text = `${withBytes(most + 1)}\r\n\r\n`;
    expect(read([text]).error).toBe("HTTP_HEAD_SIZE");
    expect(read(text.split("")).error).toBe("HTTP_HEAD_SIZE");
    expect(read([text.slice(0, most + 3)]).error).toBe("");
    expect(read([withBytes(most + 4)]).error).toBe("HTTP_HEAD_SIZE");
  });

  it("that is informational counts for itself", () => {
    const early = `HTTP/1.1 103 Hints\r\na:${"x".repeat(12_000)}\r\n\r\n`;
    expect(read([`${early}${early}${ok}Content-Length: 0\r\n\r\n`]).end).toBe("end");
  });
});

function cut(text: string, places: readonly number[]): readonly string[] {
  const sorted = [0, ...places.toSorted((a, b) => a - b), text.length];
  return sorted
    .slice(1)
    .map((end, at) => text.slice(sorted[at], end))
    .filter((piece) => piece !== "");
}
