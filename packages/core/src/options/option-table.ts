import { connectionRows } from "./connection-rows.ts";
import { modelRows } from "./model-rows.ts";
import type { OptionFacts } from "./option-row.ts";

/** An option, as documentation tells it. */
export interface DocumentedOption extends OptionFacts {
  /** In kebab-case, as option maps spell it. */
  readonly name: string;
  /** What it belongs to. */
  readonly scope: "model" | "connection";
}

const documented = (
  scope: DocumentedOption["scope"],
  rows: Readonly<Record<string, OptionFacts>>,
): DocumentedOption[] =>
  Object.entries(rows).map(([name, { type, default: fallback, description }]) => ({
    name,
    scope,
    type,
    default: fallback,
    description,
  }));

/** Every option of this release, in the order of the contract's parts. */
export const optionTable: readonly DocumentedOption[] = [
  ...documented("model", modelRows),
  ...documented("connection", connectionRows),
];
