import type { Roster } from "../queue/roster.ts";
import type { Tally } from "../layers/tally.ts";
import type { Scope } from "./entry.ts";

/** Who is inside of a model, and what became of the others. */
export interface Books {
  /** Streams and calls that are open. */
  readonly scopes: Roster<Scope>;
  readonly tally: Pick<Tally, "taken" | "settled" | "cancelled">;
}

/** Records that were taken and have no outcome yet. */
export function countInside({ scopes }: Pick<Books, "scopes">): number {
  let inside = 0;
  for (const scope of scopes.all) inside += scope.inside ?? 0;
  return inside;
}
