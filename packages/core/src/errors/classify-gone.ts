import { ServerError } from "./errors.ts";

/**
 * Texts of a server that has the model in its repository and cannot use it now.
 *
 * @see Triton 2.51 for a model without versions that it could use, and for a version that was asked for;
 *   KServe for a model that is still loading
 */
const texts: readonly string[] = [
  "has no available versions",
  "is not at ready state",
  "is not ready",
];

/**
 * Does the answer say that the server does not have the model now? One that is loaded anew looks like one
 * that was taken away: Triton answers 404, and 503 where the version is pinned, in each phase of both.
 */
export function isModelGone(error: unknown): error is ServerError {
  if (!(error instanceof ServerError)) return false;
  if (error.outcome === "not-found") return true;
  const text = error.serverText.toLowerCase();
  return error.outcome === "unavailable" && texts.some((fragment) => text.includes(fragment));
}
