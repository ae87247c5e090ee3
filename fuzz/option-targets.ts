import { parseByteSize } from "../packages/core/src/options/parse-byte-size.ts";
import { parseDuration } from "../packages/core/src/options/parse-duration.ts";
import { parseEndpoint } from "../packages/core/src/options/parse-endpoint.ts";
import { isHeaderValue, parseHeaders } from "../packages/core/src/options/parse-headers.ts";
import { parseOptionMap } from "../packages/core/src/options/parse-option-map.ts";
import { parseSecret } from "../packages/core/src/options/secrets.ts";
import { fillTemplate, parseTemplate } from "../packages/core/src/sequence/template.ts";
import { parseGrpcEndpoint } from "../packages/transport-grpc/src/endpoint.ts";
import { parseRetryAfter } from "../packages/transport-http/src/retry-after.ts";
import { tritonGrpcProvider } from "@nereid/transport-grpc";
import { tritonProvider } from "@nereid/transport-http";
import { asText, promise, texts, type FuzzTarget } from "./target.ts";

const providers = [tritonProvider, tritonGrpcProvider];

/** What users write, and the one header whose value is a grammar. */
export const optionTargets: readonly FuzzTarget[] = [
  {
    name: "duration",
    samples: texts("1h 30min", "PT1.5S", "250ms", "1d", "10 seconds", "1e3"),
    read(bytes) {
      const ms = parseDuration(asText(bytes));
      promise(ms === undefined || (ms >= 0 && Number.isFinite(ms)), "a time from 0 on");
    },
  },
  {
    name: "byte-size",
    samples: texts("8 MiB", "64kb", "1.5g", "1024"),
    read(bytes) {
      const size = parseByteSize(asText(bytes));
      promise(size === undefined || (Number.isSafeInteger(size) && size >= 1), "whole bytes");
    },
  },
  {
    name: "headers",
    samples: texts("a:b,c:d", '{"x-tenant":"7","y":"${env:Y}"}', "x-a: é"),
    read(bytes) {
      const parsed = parseHeaders(asText(bytes));
      if ("problems" in parsed) return;
      for (const [name, value] of Object.entries(parsed.headers)) {
        promise(/^[!-~]+$/.test(name) && !name.includes(":"), "a name that can stand in a line");
        const isReference = typeof value === "string" && value.includes("${");
        promise(isReference || isHeaderValue(String(value)), "a value without line ends");
      }
    },
  },
  {
    name: "secret",
    samples: texts("Bearer ${env:TOKEN}", "plain", "${file:/run/secret}"),
    read(bytes) {
      const parsed = parseSecret(asText(bytes), () => "");
      if (!("secret" in parsed) || typeof parsed.secret !== "string") return;
      promise(!parsed.secret.includes("${"), "a reference is never sent");
    },
  },
  {
    name: "endpoint",
    samples: texts("http://user@host:8000/prefix/v2", "https://[::1]:1/", "http://a,http://b"),
    read: (bytes) => parseEndpoint(asText(bytes)),
  },
  {
    name: "grpc-endpoint",
    samples: texts("grpc://host:8001,grpcs://b:1", "dns:///name:8001", "unix:/tmp/x", "[::1]:8001"),
    read: (bytes) => parseGrpcEndpoint(asText(bytes)),
  },
  {
    name: "option-map",
    samples: texts(
      "provider=triton\nendpoint=http://h:1\nmodel-name=m\ntimeout=1s\nbatch-size=8\ncustom-headers=a:b,c:d\nsequence-id=${user}",
      'provider=triton-grpc\nendpoint=h:1\nmodel-name=m\ngrpc-mode=stream\ndefault-value={"a":1}\non-error=default',
    ),
    read: (bytes) => parseOptionMap(mapOf(asText(bytes)), providers),
  },
  {
    name: "template",
    samples: texts("job-${user}-${id}", "${a}${b}", "$${x}", "${"),
    read(bytes) {
      const text = asText(bytes);
      const template = parseTemplate(text);
      if (template.every((piece) => typeof piece === "string")) {
        promise(fillTemplate(template, {}) === text, "a text without places stays as it is");
      }
    },
  },
  {
    name: "retry-after",
    samples: texts(
      "120",
      "Wed, 21 Oct 2026 07:28:00 GMT",
      "0",
      "Wednesday, 21-Oct-26 07:28:00 GMT",
    ),
    read(bytes) {
      const ms = parseRetryAfter(asText(bytes), 1_792_000_000_000);
      promise(ms === undefined || (Number.isFinite(ms) && ms >= 0), "a wait from 0 on");
    },
  },
];

/** Each line is a name, an equals sign and a value. */
function mapOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split("\n").map((line): [string, string] => {
    const at = line.indexOf("=");
    return at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}
