import {
  classifyAnswer,
  cleanServerText,
  ServerError,
  type Outcome,
} from "@nereid/core/transport-kit";

/**
 * Parts of the texts with which Triton 2.51 refuses a request's inputs. Elsewhere a status says so; within
 * a stream a failure has a text and no status.
 */
const rejections: readonly string[] = [
  "inputs but got",
  "unexpected inference input",
  "unexpected inference output",
  "unexpected shape for input",
  "data-type is",
  "byte size mismatch",
  "unexpected total byte size",
  "unexpected number of",
  "batch-size must be",
  "batch size does not match",
  "already exists in request",
  "must specify",
  "unable to parse",
];

/** The code that each outcome has outside of a stream. */
const statuses: Readonly<Record<Outcome, number>> = {
  rejected: 3,
  "sequence-lost": 3,
  "not-found": 5,
  overloaded: 8,
  unsupported: 12,
  internal: 13,
  unavailable: 14,
  unauthorized: 16,
};

/** The error of one request whose answer within a stream was a text. */
export function inStreamError(where: string, text: string): ServerError {
  const serverText = cleanServerText(text);
  const lowered = serverText.toLowerCase();
  const isRejected = rejections.some((fragment) => lowered.includes(fragment));
  const code = isRejected ? statuses.rejected : statuses.internal;
  const outcome = classifyAnswer("grpc", code, serverText);
  return new ServerError(`${where}: expected an answer, found "${serverText}"`, {
    outcome,
    status: statuses[outcome],
    serverText,
  });
}
