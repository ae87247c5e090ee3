import { deflateSync, gzipSync } from "node:zlib";
import { unharmed } from "./expectations.ts";
import type { FaultRow } from "./fault-row.ts";
import {
  asHead,
  ends,
  fails,
  lengthHeader,
  plain,
  raw,
  row,
  withBody,
  withHeaders,
  withJson,
} from "./http-lies.ts";

/** An HTTP server whose bodies lie. */
export const httpBodyRows: readonly FaultRow[] = [
  row(
    "H10c",
    "no id",
    withJson((json) => json.replace(/"id":"[^"]*",?/, "")),
    fails,
  ),
  row(
    "H10d",
    "an id that is a number",
    withJson((json) => json.replace(/"id":"[^"]*"/, '"id":7')),
    fails,
  ),
  ...["-1", "1e3", "0x10", "999999", "", "5, 5"].map((value, index) =>
    row(
      `H11@${"abcdef"[index]}`,
      `${lengthHeader}: "${value}"`,
      withHeaders({ [lengthHeader]: value }),
      fails,
    ),
  ),
  ...["-4", "3.5", "1e99", "68", "60", '"64"', "null"].map((value, index) =>
    row(
      `H12@${"abcdefg"[index]}`,
      `binary_data_size ${value} in place of 64`,
      withJson((json) => json.replace('"binary_data_size":64', `"binary_data_size":${value}`)),
      fails,
    ),
  ),
  row(
    "H13",
    "bytes behind the last tensor",
    withBody((body) => Buffer.concat([body, Buffer.alloc(4)])),
    fails,
  ),
  ...[
    "[-16,1]",
    "[4503599627370496,4503599627370496]",
    "[16,1e308]",
    '["16",1]',
    "[[16],1]",
    `[${"1,".repeat(100_000)}16]`,
    "[NaN,1]",
    "16",
  ].map((shape, index) =>
    row(
      `H14@${"cdefghij"[index]}`,
      `the shape ${shape.slice(0, 24)}`,
      withJson((json) => json.replace(/"shape":\[[^\]]*\]/, `"shape":${shape}`)),
      fails,
    ),
  ),
  ...["fp32", "FP33", "__proto__", "BYTES"].map((datatype) =>
    row(
      `H15@${datatype}`,
      `the datatype ${datatype}`,
      withJson((json) => json.replace('"FP32"', `"${datatype}"`)),
      fails,
    ),
  ),
  row(
    "H20",
    "bare NaN in JSON",
    plain(200, '{"outputs":[{"name":"OUT","datatype":"FP32","shape":[1],"data":[NaN]}]}'),
    fails,
  ),
  row(
    "H22",
    "a member that comes twice",
    withJson((json) => json.replace('"datatype"', '"shape":[16,1],"datatype"')),
    fails,
  ),
  row(
    "H23",
    "members named as parts of prototypes",
    withJson(
      (json) =>
        `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},${json.slice(1)}`,
    ),
    unharmed,
  ),
  row("H24", "a million levels of nesting", plain(200, "[".repeat(1_000_000)), fails),
  row(
    "H25",
    "4 MiB of empty lists",
    plain(200, `{"outputs":[${"[],".repeat(1_398_101)}[]]}`),
    fails,
  ),
  row(
    "H26a",
    "a gzip bomb of 64 MiB",
    withBody(() => gzipSync(Buffer.alloc(67_108_864)), { "content-encoding": "gzip" }),
    fails,
    { transport: { responseCompression: true, maxResponseBytes: 1_048_576 } },
  ),
  row(
    "H26b",
    "ten encodings",
    withHeaders({ "content-encoding": Array.from({ length: 10 }, () => "gzip").join(", ") }),
    fails,
    { transport: { responseCompression: true } },
  ),
  row("H26c", "an encoding nobody knows", withHeaders({ "content-encoding": "br" }), fails),
  row(
    "H27a",
    "gzip cut short",
    withBody((body) => gzipSync(body).subarray(0, -9), { "content-encoding": "gzip" }),
    fails,
    { transport: { responseCompression: true } },
  ),
  row(
    "H27b",
    "gzip with a wrong checksum",
    withBody(
      (body) => {
        const packed = gzipSync(body);
        packed.writeUInt32LE(1, packed.length - 8);
        return packed;
      },
      { "content-encoding": "gzip" },
    ),
    fails,
    { transport: { responseCompression: true } },
  ),
  row(
    "H27c",
    "deflate under the name of gzip",
    withBody((body) => deflateSync(body), { "content-encoding": "gzip" }),
    fails,
    { transport: { responseCompression: true } },
  ),
  row(
    "H28",
    "UTF-16",
    withBody((body) => Buffer.from(body.toString("latin1"), "utf16le")),
    fails,
  ),
  row(
    "H30",
    "HTTP/1.0, whose end is the connection's",
    (right) => ({
      pieces: [asHead(right).replace("HTTP/1.1", "HTTP/1.0"), right.body],
    }),
    unharmed,
  ),
  row(
    "H30b",
    "HTTP/1.0, cut short",
    (right) => ({
      pieces: [asHead(right).replace("HTTP/1.1", "HTTP/1.0"), right.body.subarray(0, -4)],
    }),
    fails,
  ),
  row("H32a", "bytes that are not HTTP", raw("SSH-2.0-OpenSSH_9.6\r\n"), ends),
  row("H32b", "an alert of TLS", raw(Buffer.from("15030100020246", "hex")), ends),
  row("H-max", "an answer above the limit", plain(200, `{"x":"${"a".repeat(100_000)}"}`), fails, {
    transport: { maxResponseBytes: 50_000 },
  }),
];
