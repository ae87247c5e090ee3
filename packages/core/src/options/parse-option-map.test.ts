import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { issuesOf } from "./issues.fixture.ts";
import { parseOptionMap, type OptionMap, type ProviderOptions } from "./parse-option-map.ts";
import { optionTable } from "./option-table.ts";

const providers: readonly ProviderOptions[] = [
  { name: "triton" },
  { name: "onnx", ownOptions: ["threads"], needsEndpoint: false },
];
const map: OptionMap = {
  provider: "triton",
  endpoint: "http://localhost:8000",
  "model-name": "m",
};
const issues = (
  more: OptionMap,
): readonly { readonly option: string; readonly problem: string }[] =>
  issuesOf(() => parseOptionMap({ ...map, ...more }, providers));

describe("option maps", () => {
  it("give the provider, its own options as they are written, and the rest parsed", () => {
    const own = { threads: "2" };
    const parsed = parseOptionMap({ provider: "onnx", "model-name": "m", ...own }, providers);
    expect(parsed.provider).toBe(providers[1]);
    expect(parsed.own).toEqual(own);
    expect(parsed.model.model).toEqual({ name: "m" });
    expect(parsed.connection.endpoint).toBe("");
    expect(parseOptionMap(map, providers).own).toEqual({});
  });

  it("need a provider that was passed", () => {
    const noProvider = { provider: undefined };
    const expected = "expected one of triton, onnx, found";
    expect(issues(noProvider)).toEqual([{ option: "provider", problem: `${expected} none` }]);
    expect(issues({ provider: "trition" })).toEqual([
      { option: "provider", problem: `${expected} another; is it "triton"?` },
    ]);
    expect(issues({ provider: 7 })).toEqual([
      { option: "provider", problem: `${expected} another` },
    ]);
    expect(issuesOf(() => parseOptionMap(map, []))).toEqual([
      { option: "provider", problem: "expected providers to choose from, found none" },
    ]);
  });

  it("P17: have a connection timeout below the timeout when both are written", () => {
    expect(issues({ timeout: "5s", "connection-timeout": "5s" })).toEqual([
      {
        option: "connection-timeout",
        problem: "expected less than timeout (5000 ms), found 5000 ms",
      },
    ]);
    expect(issues({ timeout: "5s", "connection-timeout": "4999ms" })).toEqual([]);
    expect(issues({ timeout: "5s" })).toEqual([]);
    expect(issues({ "connection-timeout": "30s" })).toHaveLength(1);
    expect(issues({ timeout: "soon", "connection-timeout": "1d" })).toHaveLength(1);
    expect(issues({ timeout: "1s", "connection-timeout": "soon" })).toHaveLength(1);
  });

  it("have all their problems told at once, across model, connection and provider", () => {
    const found = issues({
      provider: "tritn",
      "max-retrys": "3",
      timeout: "5s",
      "connection-timeout": "6s",
      "on-error": "default",
      "custom-headers": "host:a,te:b",
      "connection-pool-max-total": "1",
      "tls-cert": "-----BEGIN",
      threads: 2,
    });
    expect(found.map(({ option, problem }) => `${option}: ${problem}`)).toEqual([
      'provider: expected one of triton, onnx, found another; is it "triton"?',
      'max-retrys: expected an option of this release, found none of it; is it "max-retries"?',
      "on-error: expected a default-value with it, found none",
      'custom-headers: expected headers of your own, found "host", which the protocol owns',
      'custom-headers: expected headers of your own, found "te", which the protocol owns',
      "connection-pool-max-total: expected at least the idle sockets (20), found 1",
      "tls-key: expected tls-cert and tls-key together, found one of them",
      "connection-timeout: expected less than timeout (5000 ms), found 6000 ms",
    ]);
  });

  it("know a provider's own options only for that provider", () => {
    expect(issues({ threads: 2 })).toEqual([
      { option: "threads", problem: "expected an option of this release, found none of it" },
    ]);
  });

  it("resolve secrets and files through the caller", async () => {
    const { connection } = parseOptionMap(
      { ...map, "auth-token": "${env:T}", "custom-headers": "x-key:${SECRET:k}", "tls-ca": "a" },
      providers,
      { resolveSecret: (scheme, name) => `${scheme}/${name}`, readText: () => "-----BEGIN" },
    );
    const { authToken, headers, tls } = connection;
    const ask = async (secret: unknown): Promise<unknown> =>
      typeof secret === "function" ? await secret() : secret;
    expect(await ask(authToken)).toBe("env/T");
    expect(await ask(headers["x-key"])).toBe("SECRET/k");
    expect(tls.ca).toBe("-----BEGIN");
  });

  it("are refused when they are no maps", () => {
    for (const text of ["null", "7", '"provider"', "[]"]) {
      const given: OptionMap = JSON.parse(text);
      expect(issuesOf(() => parseOptionMap(given, providers))).toHaveLength(1);
    }
  });

  it("of any kind give options or an OptionsError", () => {
    const names = [...optionTable.map(({ name }) => name), "provider", "__proto__", "constructor"];
    const value = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.constantFrom("true", "5s", "triton", "1"),
    );
    const anyMap = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value);
    fc.assert(
      fc.property(anyMap, (given) => {
        issuesOf(() => parseOptionMap(given, providers));
        issuesOf(() => parseOptionMap({ ...map, ...given }, providers));
      }),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
