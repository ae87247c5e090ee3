import { describe, expect, it } from "vitest";
import { parseHeaders } from "./parse-headers.ts";

const canary = "canary-5309";

describe("custom headers", () => {
  const accepted: readonly (readonly [unknown, Readonly<Record<string, string>>])[] = [
    [{ "X-Team": "a" }, { "x-team": "a" }],
    ['{"X-Team": "a", "x-empty": ""}', { "x-team": "a", "x-empty": "" }],
    ["X-Team:a, x-time: 10:30", { "x-team": "a", "x-time": "10:30" }],
    ["", {}],
    [{ "x-token": "${env:TOKEN}" }, { "x-token": "${env:TOKEN}" }],
  ];
  it.each(accepted)("reads %j", (value, headers) => {
    expect(parseHeaders(value)).toEqual({ headers });
  });

  it("keeps functions for the time when the value is needed", () => {
    const secret = (): string => canary;
    expect(parseHeaders({ "X-Key": secret })).toEqual({ headers: { "x-key": secret } });
  });

  const owned = [
    "Host",
    "Content-Length",
    "Content-Type",
    "Content-Encoding",
    "Accept-Encoding",
    "Transfer-Encoding",
    "Connection",
    "Keep-Alive",
    "Expect",
    "TE",
    "Trailer",
    "Upgrade",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Inference-Header-Content-Length",
    "grpc-timeout",
  ];
  it.each(owned)("refuses %s by its name", (name) => {
    expect(parseHeaders({ [name]: canary })).toEqual({
      problems: [`expected headers of your own, found "${name}", which the protocol owns`],
    });
  });

  const badNames = ["", "x y", "x\r\ny", "x:y", "ü", ":path", "x".repeat(257)];
  it.each(badNames)("refuses the name %j", (name) => {
    expect(parseHeaders({ [name]: canary })).toEqual({
      problems: ["expected header names of letters, digits and dashes, found another"],
    });
  });

  const badValues = [`${canary}\r\nx: y`, `${canary}\n`, `${canary}\0`, "€", "x".repeat(8001), 5];
  it.each(badValues)(
    "refuses a value that cannot stand in a line, without printing it",
    (value) => {
      expect(parseHeaders({ "x-a": value })).toEqual({
        problems: [
          'expected header "x-a" to be text of at most 8,000 printable characters, found other',
        ],
      });
    },
  );

  it.each([[5], [null], [["x-a:b"]], ["x-a"], ["{x-a"], [`x-a:b,${canary}`]])(
    "refuses %j, which is no map",
    (value) => {
      expect(parseHeaders(value)).toEqual({
        problems: ["expected a map of header names to values, found something else"],
      });
    },
  );

  it("tells every header that is wrong, and one that is there twice", () => {
    expect(parseHeaders({ host: "a", "X-A": "b", "x-a": "c", te: "d" })).toEqual({
      problems: [
        'expected headers of your own, found "host", which the protocol owns',
        'expected header "x-a" once, found it twice',
        'expected headers of your own, found "te", which the protocol owns',
      ],
    });
  });

  it("takes __proto__ for a name like any other and leaves prototypes alone", () => {
    const parsed = parseHeaders('{"__proto__": "a"}');
    expect("headers" in parsed && Object.entries(parsed.headers)).toEqual([["__proto__", "a"]]);
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
  });
});
