import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import fc from "fast-check";
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { ask, open } from "./wire-connection.fixture.ts";

/** What a client makes of an answer; undefined where it refuses it. */
type Verdict = { readonly status: number; readonly body: string } | undefined;

/** Answers every request with the bytes and hangs up. */
async function startOracle() {
  let answer: Buffer = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(answer));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    async verdicts(text: string): Promise<{ readonly ours: Verdict; readonly undici: Verdict }> {
      answer = Buffer.from(text, "latin1");
      const [ours, theirs] = await Promise.all([readByUs(url), readByUndici(url)]);
      return { ours, undici: theirs };
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

async function readByUs(url: string): Promise<Verdict> {
  await using opened = open(url);
  const told = await ask(opened).catch(() => undefined);
  return told && { status: told.status, body: told.body };
}

async function readByUndici(url: string): Promise<Verdict> {
  try {
    const { statusCode, body } = await request(url, { reset: true });
    return { status: statusCode, body: Buffer.from(await body.bytes()).toString("latin1") };
  } catch {
    return undefined;
  }
}

const word = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
const value = fc.stringMatching(/^(?:[!-~][ -~\t]{0,6}[!-~])?$/);
const spaces = fc.constantFrom("", " ", "\t", "  ");
const field = fc
  .tuple(word, spaces, value, spaces)
  .map(([name, before, text, behind]) => `x-${name}:${before}${text}${behind}\r\n`);
const fields = fc.array(field, { maxLength: 4 });
const content = fc.string({
  unit: fc.constantFrom("a", "{", "\r", "\n", "0", "\xff"),
  maxLength: 40,
});

const inChunks = fc
  .tuple(
    fc.array(
      content.filter((text) => text !== ""),
      { maxLength: 4 },
    ),
    fc.constantFrom("", ";a", ";a=b", ';a="b c"'),
    fc.constantFrom("", "0", "00"),
    fields,
  )
  .map(([pieces, extension, zeros, trailers]) => {
    const sized = pieces.map(
      (piece) => `${zeros}${piece.length.toString(16)}${extension}\r\n${piece}\r\n`,
    );
    return {
      framing: "Transfer-Encoding: chunked\r\n",
      sent: `${sized.join("")}0${extension}\r\n${trailers.join("")}\r\n`,
      body: pieces.join(""),
    };
  });
const withLength = content.map((body) => ({
  framing: `Content-Length: ${body.length}\r\n`,
  sent: body,
  body,
}));
const untilClose = content.map((body) => ({ framing: "", sent: body, body }));

/** An answer as RFC 9112 has it, and what it says. */
const wellFormed = fc
  .record({
    early: fc.constantFrom("", "", "HTTP/1.1 103 Hints\r\nx: y\r\n\r\n"),
    status: fc.constantFrom(200, 200, 201, 400, 404, 503, 599),
    reason: fc.constantFrom(" OK", " ", " Not \xe9 found"),
    connection: fc.constantFrom("", "Connection: close\r\n", "connection:Keep-Alive\r\n"),
    before: fields,
    behind: fields,
    framed: fc.oneof(inChunks, withLength, untilClose),
  })
  .map(({ early, status, reason, connection, before, behind, framed }) => ({
    text: `${early}HTTP/1.1 ${status}${reason}\r\n${before.join("")}${connection}${framed.framing}${behind.join("")}\r\n${framed.sent}`,
    says: { status, body: framed.body },
  }));

/** What changes an answer somewhere into another, mostly no answer at all. */
const snippets = [
  ..."\r\n \t\0:;,0159aFxX\x7f\x80\xa0\xff".split(""),
  "\r\n",
  "\n\n",
  "\r\n\r\n",
  "\r\n ",
  "Content-Length: 3\r\n",
  "content-length:0\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: gzip\r\n",
  "HTTP/1.0 200 OK\r\n",
  "HTTP/1.1 204 No\r\n\r\n",
  "chunked, ",
  "ffffffffffffffff",
];
const change = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat(3),
  fc.constantFrom(...snippets),
);
const mutated = fc
  .tuple(wellFormed, fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([{ text }, changes]) => changes.reduce(changed, text));

function changed(text: string, [place, gone, added]: readonly [number, number, string]): string {
  const at = Math.floor(place * text.length);
  return gone === 3 ? text.slice(0, at) : text.slice(0, at) + added + text.slice(at + gone);
}

describe("an answer, beside undici", () => {
  it("that is as the standard has it is read by both alike", async () => {
    await using oracle = await startOracle();
    const property = fc.asyncProperty(wellFormed, async ({ text, says }) => {
      expect(await oracle.verdicts(text)).toEqual({ ours: says, undici: says });
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it("that is anything else is never read by us alone, nor otherwise", async () => {
    await using oracle = await startOracle();
    const property = fc.asyncProperty(mutated, async (text) => {
      const { ours, undici } = await oracle.verdicts(text);
      fc.pre(!text.includes("HTTP/1.1 100"));
      if (ours !== undefined) expect(undici).toEqual(ours);
    });
    await fc.assert(property, { numRuns: 400 });
  });

  it.each([
    [
      "100 that nobody asked for is passed over (RFC 9110, 15.2)",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
    ],
  ])("is read by us alone where the standard asks for it: %s", async (_what, text) => {
    await using oracle = await startOracle();
    expect(await oracle.verdicts(text)).toEqual({
      ours: { status: 200, body: "a" },
      undici: undefined,
    });
  });
});
