import { describe, expect, it } from "vitest";
import { issuesOf } from "./issues.fixture.ts";
import type { ModelOptionsInput } from "./model-options-input.ts";
import { parseModelOptions } from "./parse-model-options.ts";

const issues = (input: object): readonly { readonly option: string; readonly problem: string }[] =>
  issuesOf(() => parseModelOptions({ modelName: "m", ...input }));

describe("model options together", () => {
  const noDefault = "expected a defaultValue with it, found none";
  const noSequence = "expected a sequenceId with it, found none";
  const cases: readonly (readonly [object, string, string])[] = [
    [
      { timeout: "1s", attemptTimeout: 1001 },
      "attemptTimeout",
      "expected at most timeout (1000 ms), found 1001 ms",
    ],
    [
      { attemptTimeout: "31s" },
      "attemptTimeout",
      "expected at most timeout (30000 ms), found 31000 ms",
    ],
    [
      { retryInitialBackoff: "2s", retryMaxBackoff: "1s" },
      "retryMaxBackoff",
      "expected at least the initial backoff (2000 ms), found 1000 ms",
    ],
    [{ onError: "default" }, "onError", noDefault],
    [{ onNull: "default" }, "onNull", noDefault],
    [{ sequenceIdAutoIncrement: true }, "sequenceIdAutoIncrement", noSequence],
    [{ sequenceStart: true }, "sequenceStart", noSequence],
    [{ sequenceEnd: true }, "sequenceEnd", noSequence],
    [{ sequenceId: "s", batchSize: 2 }, "batchSize", "expected 1 with a sequenceId, found 2"],
    [{ sequenceKey: "k", batchSize: 2 }, "batchSize", "expected 1 with a sequenceKey, found 2"],
    [
      { sequenceKey: "k", sequenceId: "s" },
      "sequenceKey",
      "expected no sequenceId with it, found one",
    ],
  ];
  it.each(cases)("refuse %o", (input, option, problem) => {
    expect(issues(input)).toEqual([{ option, problem }]);
  });

  const fitting: readonly object[] = [
    { timeout: "1s", attemptTimeout: "1s" },
    { retryInitialBackoff: "1s", retryMaxBackoff: "1s" },
    { onError: "default", defaultValue: null },
    { onNull: "default", defaultValue: 0 },
    { sequenceStart: false, sequenceEnd: false, sequenceIdAutoIncrement: false },
    { sequenceId: "s", batchSize: 1 },
  ];
  it.each(fitting.map((input) => [input]))("take %o", (input) => {
    expect(issues(input)).toEqual([]);
  });

  const unread: readonly (readonly [object, readonly string[]])[] = [
    [{ timeout: "soon", attemptTimeout: "1d" }, ["timeout"]],
    [{ retryInitialBackoff: "soon", retryMaxBackoff: 1 }, ["retryInitialBackoff"]],
    [{ sequenceId: "", sequenceStart: true }, ["sequenceId"]],
    [{ sequenceId: "s", batchSize: "auto" }, ["batchSize"]],
  ];
  it.each(unread)("draw no conclusion from what did not parse: %o", (input, names) => {
    expect(issues(input).map(({ option }) => option)).toEqual(names);
  });

  it("tell every problem at once", () => {
    const input = { maxRetries: -1, bachSize: 2, attemptTimeout: "1h", sequenceEnd: true };
    expect(issues(input).map(({ option }) => option)).toEqual([
      "bachSize",
      "maxRetries",
      "attemptTimeout",
      "sequenceEnd",
    ]);
  });
});

describe("names of model options", () => {
  const known: readonly (readonly [string, string])[] = [
    ["maxRetrys", 'expected an option of this release, found none of it; is it "maxRetries"?'],
    ["max-retries", 'expected an option of this release, found none of it; is it "maxRetries"?'],
    ["onDeadLeter", 'expected an option of this release, found none of it; is it "onDeadLetter"?'],
    ["quite different", "expected an option of this release, found none of it"],
    ["constructor", "expected an option of this release, found none of it"],
    ["toString", "expected an option of this release, found none of it"],
  ];
  it.each(known)("refuse %s", (option, problem) => {
    const input = { modelName: "m", onDeadLetter: () => undefined, [option]: 1 };
    expect(issuesOf(() => parseModelOptions(input, ["onDeadLetter"]))).toEqual([
      { option, problem },
    ]);
  });

  it("are the caller's own: prototypes are neither read nor written", () => {
    const polluted: ModelOptionsInput = JSON.parse('{"modelName": "m", "__proto__": {"x": 1}}');
    expect(issuesOf(() => parseModelOptions(polluted))).toEqual([
      { option: "__proto__", problem: "expected an option of this release, found none of it" },
    ]);
    expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
    const inherited: ModelOptionsInput = Object.create({ modelName: "m" });
    expect(issuesOf(() => parseModelOptions(inherited))).toHaveLength(1);
  });

  it("count as absent when they are undefined", () => {
    expect(issues({ timeout: undefined, whatever: undefined })).toEqual([]);
  });

  it("are told on one short line", () => {
    const [issue] = issues({ [`a\r\nb\u202e${"x".repeat(1000)}`]: 1 });
    expect(issue?.option).toBe(`a  b ${"x".repeat(59)}…`);
  });
});
