import { failing, mended, refused, unharmed, wrong } from "./expectations.ts";
import type { FaultRow } from "./fault-row.ts";
import { asHead, either, ends, fails, lines, plain, raw, row, withJson } from "./http-lies.ts";

/** An HTTP server whose statuses, heads and framing lie. */
export const httpFramingRows: readonly FaultRow[] = [
  row("H1a", "200 with an error", plain(200, '{"error":"no"}'), fails),
  row(
    "H1b",
    "200 with an error beside outputs",
    withJson((json) => `{"error":"no",${json.slice(1)}`),
    fails,
  ),
  row("H2a", "200 without a body", plain(200, ""), fails),
  row(
    "H2b",
    "204",
    (right) => ({ ...right, status: 204, body: Buffer.alloc(0), headers: {} }),
    fails,
  ),
  row("H2c", "206", (right) => ({ ...right, status: 206 }), fails),
  row(
    "H2d",
    "100 and 103 before the answer",
    (right) => ({
      pieces: [
        lines("HTTP/1.1 103 Early Hints", "link: <x>"),
        asHead(right, `content-length: ${right.body.length}`),
        right.body,
      ],
      staysOpen: true,
    }),
    unharmed,
  ),
  ...[301, 302, 307, 308].map((status) =>
    row(
      `H3@${status}`,
      `${status} to another server`,
      () => ({ status, headers: { location: "http://127.0.0.1:1/" }, body: Buffer.alloc(0) }),
      { ...failing(refused), attempts: [refused, wrong] },
    ),
  ),
  row(
    "H4",
    "503 with a body of 4 MiB and control characters",
    () => ({
      status: 503,
      headers: { "content-type": "text/html" },
      body: Buffer.alloc(4_194_304, "\u001B[31m<html>"),
    }),
    mended(refused),
  ),
  row(
    "H5b",
    "a length beyond the body",
    (right) => ({
      pieces: [asHead(right, `content-length: ${right.body.length + 10}`), right.body],
    }),
    ends,
  ),
  row(
    "H6",
    "a length below the body's",
    (right) => ({
      pieces: [asHead(right, `content-length: ${right.body.length - 4}`), right.body],
    }),
    fails,
  ),
  row(
    "H7a",
    "a length and chunks",
    (right) => ({
      pieces: [
        asHead(right, "content-length: 5", "transfer-encoding: chunked"),
        "5\r\nhello\r\n0\r\n\r\n",
      ],
    }),
    { ...ends, attempts: either },
  ),
  row(
    "H7b",
    "two lengths that differ",
    raw(lines("HTTP/1.1 200 OK", "content-length: 5", "content-length: 6"), "hello"),
    ends,
  ),
  row(
    "H7c",
    "a chunk's size that is no number",
    raw(lines("HTTP/1.1 200 OK", "transfer-encoding: chunked"), "zz\r\nhello\r\n0\r\n\r\n"),
    ends,
  ),
  row(
    "H7d",
    "the last chunk is missing",
    (right) => ({
      pieces: [
        asHead(right, "transfer-encoding: chunked"),
        `${right.body.length.toString(16)}\r\n`,
        right.body,
        "\r\n",
      ],
    }),
    ends,
  ),
  row(
    "H8",
    "headers of 1 MiB",
    raw(lines("HTTP/1.1 200 OK", `x: ${"a".repeat(1_048_576)}`)),
    fails,
  ),
  row(
    "H8b",
    "10,000 headers",
    raw(lines("HTTP/1.1 200 OK", ...Array.from({ length: 10_000 }, (_, index) => `x-${index}: 1`))),
    fails,
  ),
  row(
    "H9a",
    "a second answer nobody asked for, in the same packet",
    (right) => {
      const head = asHead(right, `content-length: ${right.body.length}`);
      return {
        pieces: [Buffer.concat([Buffer.from(head), right.body, Buffer.from(head), right.body])],
        staysOpen: true,
      };
    },
    { attempts: [], retried: false, outcome: "ok" },
  ),
];
