import { SequenceError, type ServerError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { Outcome } from "../errors/outcome.ts";

/**
 * What a failed step did to the state on the server.
 *
 * - `not-applied`: nothing; the sequence stands where it stood.
 * - `step-unknown`: it may have been applied.
 * - `output-lost`: it was applied, and its answer cannot be read.
 * - `forgotten`: there is no state any more.
 */
export type StepFate = "not-applied" | "step-unknown" | "output-lost" | "forgotten";

/**
 * What the server's "no" says of the state.
 *
 * Triton refuses bad input before it schedules, so `rejected` leaves the state alone; 500 comes from
 * the model itself, and 502 to 504 may come from a proxy behind whose back the step ran. A model that
 * is not there any more has lost its state with it.
 *
 * @see Triton, `sequence_batch_scheduler.cc`, for the texts behind `sequence-lost`
 */
const fates: Readonly<Record<Outcome, StepFate>> = {
  rejected: "not-applied",
  unauthorized: "not-applied",
  unsupported: "not-applied",
  overloaded: "not-applied",
  "not-found": "forgotten",
  "sequence-lost": "forgotten",
  unavailable: "step-unknown",
  internal: "step-unknown",
};

/** Tells what a failed step did. Whatever cannot be told counts as unknown. */
export function stepFate(error: unknown): StepFate {
  if (!InferenceError.is(error)) return "step-unknown";
  // The endpoint that had the state is gone; that this step was not sent does not bring it back.
  if (error instanceof SequenceError && error.reason === "forgotten") return "forgotten";
  if (error.delivery === "not-sent") return "not-applied";
  if (error.delivery === "unknown") return "step-unknown";
  return error.code === "server" ? fates[(error as ServerError).outcome] : "output-lost";
}
