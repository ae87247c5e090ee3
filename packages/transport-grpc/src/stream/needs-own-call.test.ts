import { expect, it } from "vitest";
import { needsOwnCall } from "./needs-own-call.ts";

const traceparent = (flags: string): string =>
  `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-${flags}`;

it.each([
  [{}, false],
  [{ "x-tenant": "a" }, true],
  [{ traceparent: traceparent("01") }, true],
  [{ traceparent: traceparent("03") }, true],
  [{ traceparent: traceparent("00") }, false],
  [{ traceparent: traceparent("02"), tracestate: "vendor=1" }, false],
  [{ traceparent: traceparent("00"), "x-tenant": "a" }, true],
])("of a request with headers %o is %s", (headers, expected) => {
  expect(needsOwnCall(headers)).toBe(expected);
});
