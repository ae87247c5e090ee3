import { ServerError } from "./errors.ts";

/**
 * Parts of the texts with which servers refuse the form of a request: names, datatypes, shapes. Records are
 * held against the model's metadata before they are sent, so that none of them is to blame.
 *
 * @see Triton 2.51, `infer_request.cc`
 */
const refusals: readonly string[] = [
  "unexpected shape for input",
  "unexpected inference input",
  "unexpected inference output",
  "data-type is",
  "inputs but got",
  "batch-size must be",
];

/** Does the server refuse a request for its form, which its metadata asked for? */
export function isFormRefused(error: unknown): error is ServerError {
  if (!(error instanceof ServerError) || error.outcome !== "rejected") return false;
  const text = error.serverText.toLowerCase();
  return refusals.some((fragment) => text.includes(fragment));
}
