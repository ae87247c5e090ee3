import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { parseAst } from "vitest/node";

/** A regular expression as it is written. */
export interface WrittenExpression {
  /** From the repository's root. */
  readonly file: string;
  readonly pattern: string;
  readonly flags: string;
}

/** Every regular expression of a file that is written as a literal. */
export function readExpressions(root: string, file: string): readonly WrittenExpression[] {
  return expressionsOf(file, readFileSync(join(root, file), "utf8"));
}

/** Every regular expression of a TypeScript text that is written as a literal. */
export function expressionsOf(file: string, text: string): readonly WrittenExpression[] {
  const found: WrittenExpression[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) {
      for (const item of node) visit(item);
      return;
    }
    const regex: unknown = Reflect.get(node, "regex");
    if (typeof regex === "object" && regex !== null) {
      const [pattern, flags] = [Reflect.get(regex, "pattern"), Reflect.get(regex, "flags")];
      found.push({ file, pattern: String(pattern), flags: String(flags) });
    }
    visit(Object.values(node));
  };
  visit(parseAst(stripTypeScriptTypes(text)));
  return found;
}
