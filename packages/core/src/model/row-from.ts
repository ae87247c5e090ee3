import { isNullField } from "../flow/outcome-policy.ts";
import type { Settled } from "../flow/settled.ts";
import type { ModelOptions } from "../options/model-options.ts";

/** Decides what a stream of rows makes of an outcome; see `Model.rowFrom`. */
export function createRowFrom<R, Row>({
  onError,
  onNull,
}: Pick<ModelOptions, "onError" | "onNull">): (settled: Settled<R, Row>) => Row | undefined {
  return (settled) => {
    if (settled.outcome !== "failed") return settled.row;
    const { error } = settled;
    // Neither a row nor a letter: leaving it out would lose it.
    if (error.code === "dead-letter") throw error;
    const isLeftOut = onError === "skip" || onError === "dead-letter";
    if (isLeftOut || (isNullField(error) && onNull === "skip")) return undefined;
    throw error;
  };
}
