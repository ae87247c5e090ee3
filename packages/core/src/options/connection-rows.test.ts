import { describe, expect, it } from "vitest";
import type { ConnectionOptions } from "./connection-options.ts";
import { issuesOf, pemText } from "./issues.fixture.ts";
import { parseConnectionOptions } from "./parse-connection-options.ts";
import { parseOptionMap, type OptionMap } from "./parse-option-map.ts";
import { camelCase } from "./read-rows.ts";

const endpoint = "http://localhost:8000";

const fromMap = (map: OptionMap): ConnectionOptions =>
  parseOptionMap({ provider: "p", "model-name": "m", endpoint, ...map }, [{ name: "p" }])
    .connection;

/** The same options in the other spelling. */
const fromObject = (map: OptionMap): ConnectionOptions => {
  const entries = Object.entries(map).map(([name, value]) => [camelCase.written(name), value]);
  return parseConnectionOptions({ endpoint, ...Object.fromEntries(entries) });
};

const pool = { maxIdle: 20, keepAliveMs: 300_000, maxTotal: 100, reuse: true, monitoring: false };

describe("connection options", () => {
  it("have the contract's defaults", () => {
    expect(fromMap({})).toEqual({
      endpoint,
      connectTimeoutMs: 10_000,
      binaryData: "auto",
      compression: undefined,
      compressionMinBytes: 1024,
      responseCompression: false,
      authToken: undefined,
      headers: {},
      tls: { insecure: false },
      pool,
      maxResponseBytes: 256 * 1024 * 1024,
    });
  });

  /** As text, with its real type, and what becomes of both. */
  const cases: readonly (readonly [OptionMap, OptionMap, Partial<ConnectionOptions>])[] = [
    [{ endpoint: `${endpoint}/v2/` }, { endpoint: [endpoint] }, { endpoint }],
    [
      { endpoint: `${endpoint},http://other:8000` },
      { endpoint: [endpoint, "http://other:8000"] },
      { endpoint: `${endpoint},http://other:8000` },
    ],
    [{ "connection-timeout": "5s" }, { "connection-timeout": 5000 }, { connectTimeoutMs: 5000 }],
    [{ "binary-data": "AUTO" }, { "binary-data": "auto" }, { binaryData: "auto" }],
    [{ "binary-data": "False" }, { "binary-data": false }, { binaryData: false }],
    [{ "binary-data": "true" }, { "binary-data": true }, { binaryData: true }],
    [{ compression: "GZIP" }, { compression: "gzip" }, { compression: "gzip" }],
    [{ compression: "deflate" }, { compression: "deflate" }, { compression: "deflate" }],
    [
      { "compression-min-bytes": "64kb" },
      { "compression-min-bytes": 65_536 },
      { compressionMinBytes: 65_536 },
    ],
    [
      { "response-compression": "TRUE" },
      { "response-compression": true },
      { responseCompression: true },
    ],
    [{ "auth-token": "hunter2" }, { "auth-token": "hunter2" }, { authToken: "hunter2" }],
    [
      { "custom-headers": "X-Team:a,x-time:10:30" },
      { "custom-headers": { "X-Team": "a", "x-time": "10:30" } },
      { headers: { "x-team": "a", "x-time": "10:30" } },
    ],
    [
      { "custom-headers": '{"x-empty": ""}' },
      { "custom-headers": { "x-empty": "" } },
      { headers: { "x-empty": "" } },
    ],
    [{ "tls-ca": pemText }, { "tls-ca": pemText }, { tls: { ca: pemText, insecure: false } }],
    [
      { "tls-cert": pemText, "tls-key": `\n${pemText}` },
      { "tls-cert": pemText, "tls-key": `\n${pemText}` },
      { tls: { cert: pemText, key: `\n${pemText}`, insecure: false } },
    ],
    [
      { "tls-servername": "triton.example", "tls-insecure": "true" },
      { "tls-servername": "triton.example", "tls-insecure": true },
      { tls: { servername: "triton.example", insecure: true } },
    ],
    [
      { "connection-pool-max-idle": "5", "connection-pool-max-total": "5" },
      { "connection-pool-max-idle": 5, "connection-pool-max-total": 5 },
      { pool: { ...pool, maxIdle: 5, maxTotal: 5 } },
    ],
    [
      { "connection-pool-keep-alive": "1m30s", "connection-reuse-enabled": "false" },
      { "connection-pool-keep-alive": 90_000, "connection-reuse-enabled": false },
      { pool: { ...pool, keepAliveMs: 90_000, reuse: false } },
    ],
    [
      { "connection-pool-monitoring-enabled": "true" },
      { "connection-pool-monitoring-enabled": true },
      { pool: { ...pool, monitoring: true } },
    ],
    [
      { "max-response-bytes": "1 GiB" },
      { "max-response-bytes": 2 ** 30 },
      { maxResponseBytes: 2 ** 30 },
    ],
  ];
  it.each(cases)("read %o like %o", (text, real, expected) => {
    expect(fromMap(text)).toMatchObject(expected);
    expect(fromMap(real)).toEqual(fromMap(text));
    expect(fromObject(real)).toEqual(fromMap(text));
    expect(fromObject(text)).toEqual(fromMap(text));
  });

  const above0 = "expected a duration above 0 such as 500 (ms), 30s or 5 min, up to 24 days, found";
  const pem = "expected PEM text or the path of a PEM file, found";
  const refused: readonly (readonly [string, unknown, string])[] = [
    ["endpoint", undefined, "expected a URL, found none"],
    ["endpoint", 7, "expected a URL such as http://localhost:8000, found something else"],
    ["connection-timeout", 0, `${above0} another number`],
    ["binary-data", "always", "expected true, false or auto, found other text"],
    ["compression", "brotli", "expected gzip or deflate, found other text"],
    [
      "compression-min-bytes",
      -1,
      "expected a size such as 1024 (bytes) or 8 MiB, found another number",
    ],
    ["response-compression", "gzip", "expected true or false, found other text"],
    ["auth-token", " ", "expected text or a function that gives it, found empty text"],
    ["auth-token", 7, "expected text or a function that gives it, found another number"],
    ["custom-headers", 7, "expected a map of header names to values, found something else"],
    ["tls-ca", 7, `${pem} another number`],
    ["tls-ca", "x".repeat(2 ** 20 + 1), `${pem} other text`],
    ["tls-servername", "a\nb", "expected a host name, found other text"],
    ["tls-insecure", "yes", "expected true or false, found other text"],
    ["tls-insecure", 1, "expected true or false, found another number"],
    ["connection-pool-max-idle", 0, "expected a whole number from 1 on, found another number"],
    ["connection-pool-keep-alive", 0, `${above0} another number`],
    ["connection-pool-max-total", "many", "expected a whole number from 1 on, found other text"],
    ["connection-reuse-enabled", "", "expected true or false, found empty text"],
    ["connection-pool-monitoring-enabled", null, "expected true or false, found null"],
    [
      "max-response-bytes",
      0,
      "expected a size such as 1024 (bytes) or 8 MiB, found another number",
    ],
  ];
  it.each(refused)("refuse %s: %o", (option, value, problem) => {
    expect(issuesOf(() => fromMap({ [option]: value }))).toEqual([{ option, problem }]);
    expect(issuesOf(() => fromObject({ [option]: value }))).toEqual([
      { option: camelCase.written(option), problem },
    ]);
  });
});
