import { describe, expect, it } from "vitest";
import { issuesOf } from "./issues.fixture.ts";
import { parseModelOptions } from "./parse-model-options.ts";
import { parseOptionMap, type OptionMap } from "./parse-option-map.ts";
import { camelCase } from "./read-rows.ts";

const name = "expected a model name of one path segment, at most 256 characters, found";
const version = "expected digits, or latest for the version that the server picks, found";
const above0 = "expected a duration above 0 such as 500 (ms), 30s or 5 min, up to 24 days, found";
const duration = "expected a duration such as 500 (ms), 30s or 5 min, up to 24 days, found";
const from1OrAuto = "expected a whole number from 1 on, or auto, found";
const flag = "expected true or false, found";
const size = "expected a size such as 1024 (bytes) or 8 MiB, found";
const ratio = "expected a ratio above 0 and up to 1, found";
const id = "expected text of 1 to 1,024 characters, found";
const records = "expected auto, a record or a list of records, found";

const refused: readonly (readonly [string, unknown, string])[] = [
  ...[
    "..",
    ".",
    "a/b",
    "a\\b",
    "a%2eb",
    "%2E%2E",
    "a%2Fb",
    "a?b",
    "a#b",
    "a\nb",
    "a\0b",
    "\ud800",
  ].map((text) => ["model-name", text, `${name} other text`] as const),
  ["model-name", "x".repeat(257), `${name} other text`],
  ["model-name", "", `${name} empty text`],
  ["model-name", undefined, `${name} none`],
  ["model-version", "v1", `${version} other text`],
  ["model-version", "-1", `${version} other text`],
  ["model-version", 1.5, `${version} another number`],
  ["model-version", "1/2", `${version} other text`],
  ["timeout", "0s", `${above0} other text`],
  ["timeout", -1, `${above0} another number`],
  ["timeout", Number.NaN, `${above0} NaN`],
  ["timeout", Number.POSITIVE_INFINITY, `${above0} Infinity`],
  ["timeout", 2 ** 31, `${above0} another number`],
  ["timeout", null, `${above0} null`],
  ["attempt-timeout", "soon", `${above0} other text`],
  ["max-retries", -1, "expected a whole number from 0 to 1000, found another number"],
  ["max-retries", "1.5", "expected a whole number from 0 to 1000, found other text"],
  ["retry-initial-backoff", 0, `${above0} another number`],
  ["retry-max-backoff", "0", `${above0} other text`],
  [
    "stall-timeout",
    0,
    "expected a duration above 0 such as 30s or 5 min, or none, found another number",
  ],
  [
    "stall-timeout",
    "never",
    "expected a duration above 0 such as 30s or 5 min, or none, found other text",
  ],
  ["retry-budget", 0, `${ratio} another number`],
  ["retry-budget", "20%", `${ratio} other text`],
  ["retry-budget", " ", `${ratio} empty text`],
  ["retry-budget", Number.NaN, `${ratio} NaN`],
  ["circuit-breaker-enabled", "on", `${flag} other text`],
  ["circuit-breaker-failure-threshold", 1.01, `${ratio} another number`],
  ["circuit-breaker-failure-threshold", "0.0", `${ratio} other text`],
  ["circuit-breaker-timeout", 0, `${above0} another number`],
  [
    "circuit-breaker-half-open-requests",
    0,
    "expected a whole number from 1 to 1000, found another number",
  ],
  ["health-check-enabled", 1, `${flag} another number`],
  ["health-check-interval", 0, `${above0} another number`],
  ["health-check-interval", "often", `${above0} other text`],
  ["on-error", "ignore", "expected fail or skip or default or dead-letter, found other text"],
  ["on-null", "dead-letter", "expected fail or skip or default, found other text"],
  ["batch-size", "many", `${from1OrAuto} other text`],
  ["batch-size", 0, `${from1OrAuto} another number`],
  ["batch-timeout", "-1ms", `${duration} other text`],
  ["batch-bytes", 0, `${size} another number`],
  ["batch-bytes", {}, `${size} an object`],
  ["max-in-flight", "many", `${from1OrAuto} other text`],
  ["max-in-flight", 1.5, `${from1OrAuto} another number`],
  ["max-in-flight", "0", `${from1OrAuto} other text`],
  ["priority", 256, "expected a whole number from 0 to 255, found another number"],
  ["priority", "-1", "expected a whole number from 0 to 255, found other text"],
  ["sequence-id", "", `${id} empty text`],
  ["sequence-id", "a\nb", `${id} other text`],
  ["sequence-id", 7, `${id} another number`],
  ["sequence-id-auto-increment", "yes", `${flag} other text`],
  ["sequence-id-scope", "day", "expected restart or run, found other text"],
  ["sequence-start", 1, `${flag} another number`],
  ["sequence-end", [], `${flag} a list`],
  ["subtask-index", -1, "expected a whole number from 0 on, found another number"],
  ["flatten-batch-dim", "on", `${flag} other text`],
  ["warmup", "later", `${records} other text`],
  ["warmup", "7", `${records} other text`],
  ["warmup", [7], `${records} a list`],
];

describe("refused model options", () => {
  it.each(refused)("%s: %o", (option, value, problem) => {
    const map: OptionMap = { provider: "p", "model-name": "m", [option]: value };
    const providers = [{ name: "p", needsEndpoint: false }];
    expect(issuesOf(() => parseOptionMap(map, providers))).toEqual([{ option, problem }]);
    const written = camelCase.written(option);
    expect(issuesOf(() => parseModelOptions({ modelName: "m", [written]: value }))).toEqual([
      { option: written, problem },
    ]);
  });
});
