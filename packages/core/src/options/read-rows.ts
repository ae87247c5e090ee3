import type { z } from "zod";
import type { OptionIssue } from "../errors/errors.ts";
import { nearestName } from "../errors/nearest-name.ts";
import { laterOptions } from "./later-options.ts";
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
    const value: unknown = Object.hasOwn(given, option) ? Reflect.get(given, option) : undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) values[name] = parsed.data;
    else issues.push(...parsed.error.issues.map(({ message }) => ({ option, problem: message })));
  }
  // Each value came out of the schema of its own row.
  return values as Partial<OptionValues<R>>;
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
  const later = new Set(laterOptions.map(written));
  for (const option of Object.keys(given)) {
    if (names.includes(option) || Reflect.get(given, option) === undefined) continue;
    if (later.has(option)) {
      issues.push({ option, problem: "comes with a later release; leave it out until then" });
      continue;
    }
    const nearest = nearestName(option, names);
    const hint = nearest === undefined ? "" : `; is it "${nearest}"?`;
    issues.push({ option, problem: `expected an option of this release, found none of it${hint}` });
  }
}
