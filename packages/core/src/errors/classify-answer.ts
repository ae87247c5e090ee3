import { knownMessages, outcomes, type Outcome } from "./outcome.ts";

/** The two wires that {@link outcomes} has a column for. */
export type StatusColumn = "http" | "grpc";

/**
 * Tells what a refusal means, from its text first and its status second.
 *
 * An HTTP 400 without text is how Triton reports a request that it cancelled itself, so it counts as
 * `unavailable`. A status that no row lists counts as `internal` from 500 on (HTTP) or `rejected`.
 */
export function classifyAnswer(column: StatusColumn, status: number, text: string): Outcome {
  const lowered = text.toLowerCase();
  const known = knownMessages.find(({ fragment }) => lowered.includes(fragment.toLowerCase()));
  if (known !== undefined) return known.outcome;
  if (column === "http" && status === 400 && text === "") return "unavailable";
  for (const outcome of Object.keys(outcomes) as Outcome[]) {
    if (outcomes[outcome][column].includes(status)) return outcome;
  }
  return column === "http" && status < 500 ? "rejected" : "internal";
}
