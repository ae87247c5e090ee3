import type { z } from "zod";

/** What the documentation says of an option. */
export interface OptionFacts {
  /** The kind of value, in a few words. */
  readonly type: string;
  /** The default as it is written; "none" without one, "required" where it must be given. */
  readonly default: string;
  /** What it does, in a sentence or two. */
  readonly description: string;
}

/** One option: how it is read, and what is said of it. */
export interface OptionRow<S extends z.ZodType = z.ZodType> extends OptionFacts {
  readonly schema: S;
}

/** Rows by kebab-case name. */
export type OptionRows = Readonly<Record<string, OptionRow>>;
