import { ServerError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";

/**
 * One word for the kind of a failure, of which there are few: the outcome of a server's "no", the code
 * of any other error of ours, and `_OTHER` for what is foreign, such as the caller's abort.
 *
 * @see OpenTelemetry semantic conventions, "error.type"
 */
export function errorType(error: unknown): string {
  if (!InferenceError.is(error)) return "_OTHER";
  return error instanceof ServerError ? error.outcome : error.code;
}
