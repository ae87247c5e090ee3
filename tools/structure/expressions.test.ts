import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { attackTexts } from "./attack-texts.ts";
import { expressionsOf, readExpressions, type WrittenExpression } from "./find-expressions.ts";
import { listSources } from "./imports.ts";
import { packageRules } from "./packages.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const chars = 100_000;

/** Milliseconds of the processor, which another process does not add to; the least of three tries. */
function costMs(expression: RegExp, text: string, enoughMs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3 && least > enoughMs; run += 1) {
    expression.lastIndex = 0;
    const before = process.cpuUsage();
    text.replace(expression, "");
    least = Math.min(least, process.cpuUsage(before).user / 1000);
  }
  return least;
}

/** The beginning of a text on which ten times the length costs far more than ten times the time. */
function weaknessOf({ pattern, flags }: WrittenExpression): string | undefined {
  const expression = new RegExp(pattern, flags);
  const shortTexts = attackTexts(pattern, chars / 10);
  for (const text of attackTexts(pattern, chars)) {
    const short = shortTexts.next().value ?? "";
    // In proportion these are fractions of a millisecond; with the square of the length, 50 and more.
    const shortMs = costMs(expression, short, 10);
    const isSlow = shortMs > 10 || costMs(expression, text, 30 + 40 * shortMs) > 30 + 40 * shortMs;
    if (isSlow) return JSON.stringify(text.slice(0, 40));
  }
  return undefined;
}

const written = Object.keys(packageRules)
  .flatMap((dir) => listSources(root, `${dir}/src`))
  .filter((file) => !file.includes("/generated/"))
  .flatMap((file) => readExpressions(root, file));

describe("regular expressions", () => {
  it.each(written)("$pattern of $file takes time in proportion to its text", (expression) => {
    expect(weaknessOf(expression)).toBeUndefined();
  });
});

describe("the check itself", () => {
  it("finds expressions, whatever is around them", () => {
    const text =
      'const a = /x\\/[/]+/gu; // /no/\nif ("/no/" && 4 / 2 / 1 && /y/.test(`${/z/}`)) a;';
    const found = expressionsOf("f.ts", text);
    expect(found.map(({ pattern, flags }) => `/${pattern}/${flags}`)).toEqual([
      "/x\\/[/]+/gu",
      "/y/",
      "/z/",
    ]);
  });

  it.each(["/+$", "^\\s+|\\s+$", "(.*),(.*)$"])("finds %s too slow", (pattern) => {
    expect(weaknessOf({ file: "f.ts", pattern, flags: "" })).toBeDefined();
  });
});
