import { describe, expect, it } from "vitest";
import type { Secret } from "./connection-options.ts";
import { parseSecret, type ResolveSecret } from "./secrets.ts";

async function valueOf(text: unknown, resolve?: ResolveSecret): Promise<string> {
  const parsed = parseSecret(text, resolve);
  if ("problem" in parsed) throw new TypeError(parsed.problem);
  const { secret }: { readonly secret: Secret } = parsed;
  return typeof secret === "string" ? secret : secret();
}

const resolve: ResolveSecret = (scheme, name) => `${scheme}/${name}`;

describe("secrets", () => {
  it.each([
    ["hunter2", "hunter2"],
    ["Bearer hunter2", "Bearer hunter2"],
    ["a$b{c}", "a$b{c}"],
    [(): string => "late", "late"],
    [async (): Promise<string> => "later", "later"],
    ["${env:TOKEN}", "env/TOKEN"],
    ["${file:/run/secrets/ключ}", "file//run/secrets/ключ"],
    ["${SECRET:triton}", "SECRET/triton"],
    ["Bearer ${env:TOKEN}", "Bearer env/TOKEN"],
  ])("reads %j", async (given, value) => {
    expect(await valueOf(given, resolve)).toBe(value);
  });

  it("asks the resolver when the secret is needed, and again each time", async () => {
    const asked: string[] = [];
    const parsed = parseSecret("${env:TOKEN}", async (scheme, name) => {
      asked.push(`${scheme}:${name}`);
      return `token ${asked.length}`;
    });
    expect(asked).toEqual([]);
    if (!("secret" in parsed) || typeof parsed.secret === "string") {
      throw new TypeError("expected a function");
    }
    expect(await parsed.secret()).toBe("token 1");
    expect(await parsed.secret()).toBe("token 2");
    expect(asked).toEqual(["env:TOKEN", "env:TOKEN"]);
  });

  it("refuses a reference when nobody resolves it", () => {
    expect(parseSecret("${env:TOKEN}", undefined)).toEqual({
      problem: 'expected a resolver for secrets of "env", found none',
    });
  });

  const malformed = [
    "${TOKEN}",
    "${env:}",
    "${env:A}${env:B}",
    "${env:TOKEN} and more",
    "x ${env:TOKEN",
    "a\r\nb ${env:TOKEN}",
    "${env:A\nB}",
  ];
  it.each(malformed)("refuses %j instead of sending it as it stands", (text) => {
    expect(parseSecret(text, resolve)).toEqual({
      problem: "expected a reference such as ${env:NAME} at the end, found one of another form",
    });
  });

  it.each(["hunter2\r\nx: y", "hunter2\n", "hunter2\0", "hunter2€", "x".repeat(8001)])(
    "refuses text that cannot stand in a header, without printing it",
    (text) => {
      expect(parseSecret(text, resolve)).toEqual({
        problem: "expected at most 8,000 printable characters, found other characters or more",
      });
    },
  );

  it.each([[""], [5], [null], [undefined], [{}]])("refuses what is no secret", (value) => {
    expect(parseSecret(value, resolve)).toEqual({
      problem: "expected a secret as text or a function, found something else",
    });
  });
});
