import type { z } from "zod";
import { OptionsError, type OptionIssue } from "../errors/errors.ts";
import { nearestName } from "../errors/nearest-name.ts";
import type { OptionRows } from "./option-row.ts";

/** What the rows of a table give. */
export type OptionValues<R extends OptionRows> = {
  readonly [Name in keyof R]: z.output<R[Name]["schema"]>;
};

/** How the caller spells option names. */
export interface Spelling {
  /** From the contract's kebab-case to the caller's form. */
  readonly written: (name: string) => string;
}

/** Adds an issue; `name` is in kebab-case and comes out in the caller's form. */
export type AddIssue = (name: string, problem: string) => void;

/** `max-retries` as it is. */
export const kebabCase: Spelling = { written: (name) => name };

/** `max-retries` as `maxRetries`. */
export const camelCase: Spelling = {
  written: (name) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
};

/**
 * Reads every option of a table. What did not parse is missing from the result and listed in `issues`.
 *
 * @param given - the caller's options; own properties only, undefined counts as absent
 */
export function readRows<R extends OptionRows>(
  rows: R,
  given: object,
  { written }: Spelling,
  issues: OptionIssue[],
): Partial<OptionValues<R>> {
  const values: Record<string, unknown> = {};
  for (const [name, { schema }] of Object.entries(rows)) {
    const option = written(name);
    const parsed = schema.safeParse(valueOf(given, option));
    if (parsed.success) values[name] = parsed.data;
    else issues.push(...parsed.error.issues.map(({ message }) => ({ option, problem: message })));
  }
  // Each value came out of the schema of its own row.
  return values as Partial<OptionValues<R>>;
}

function valueOf(given: object, option: string): unknown {
  return Object.hasOwn(given, option) ? Reflect.get(given, option) : undefined;
}

/** True for an option that the caller wrote, even when what it says did not parse. */
export function isGiven(given: object, name: string, { written }: Spelling): boolean {
  return valueOf(given, written(name)) !== undefined;
}

/**
 * The caller's options, when they are an object at all: maps come from configuration files.
 *
 * @throws OptionsError
 */
export function requireObject(given: unknown): asserts given is object {
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return;
  const problem = `expected an object of names and values, found ${given === null ? "null" : "something else"}`;
  throw new OptionsError([{ option: "options", problem }]);
}

/** Lists the names that no table knows, each with the nearest known one. */
export function refuseUnknown(
  given: object,
  known: readonly string[],
  alsoKnown: readonly string[],
  { written }: Spelling,
  issues: OptionIssue[],
): void {
  const names = [...known.map(written), ...alsoKnown];
  for (const name of Object.keys(given)) {
    if (names.includes(name) || valueOf(given, name) === undefined) continue;
    const option = printable(name);
    const nearest = nearestName(name, names);
    const hint = nearest === undefined ? "" : `; is it "${nearest}"?`;
    issues.push({ option, problem: `expected an option of this release, found none of it${hint}` });
  }
}

/** An unknown name is the caller's text: it is told on one line and not at any length. */
function printable(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, " ");
  return line.length <= 64 ? line : `${line.slice(0, 64).toWellFormed()}…`;
}
