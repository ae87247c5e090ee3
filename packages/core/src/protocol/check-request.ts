import { EncodeError } from "../errors/errors.ts";
import { isReservedParameter } from "./parameters.ts";
import type { InferenceRequest, RequestedOutput, SequencePosition } from "./request.ts";

const maxSequenceIdBytes = 128;
const maxSequenceId = 2n ** 64n - 1n;
const utf8 = new TextEncoder();

/**
 * Refuses what no transport can say: reserved names among the caller's parameters, a sequence id that
 * stands for "none", and numbers that are not whole.
 *
 * @throws EncodeError for the first one found
 * @see Triton, "Sequence", "Schedule Policy" and "Classification" extensions
 */
export function checkRequest(request: InferenceRequest): void {
  const { parameters, sequence, priority, queueTimeoutUs, outputs } = request;
  if (parameters !== undefined) checkNames(Object.keys(parameters));
  if (sequence !== undefined) checkSequenceId(sequence.id);
  if (priority !== undefined) checkWhole("priority", priority, 0);
  if (queueTimeoutUs !== undefined) checkWhole("queueTimeoutUs", queueTimeoutUs, 0);
  outputs?.forEach(checkOutput);
}

function checkNames(names: readonly string[]): void {
  const clash = names.find(isReservedParameter);
  if (clash === undefined) return;
  throw new EncodeError(
    `parameter "${clash}": expected a name that the protocol leaves free, found a reserved one`,
  );
}

/**
 * Refuses an id that stands for "none" or that no server takes.
 *
 * @throws EncodeError
 */
export function checkSequenceId(id: SequencePosition["id"]): void {
  const fits =
    typeof id === "bigint"
      ? id > 0n && id <= maxSequenceId
      : id !== "" && utf8.encode(id).byteLength <= maxSequenceIdBytes;
  if (fits) return;
  throw new EncodeError(
    `sequence: expected an id of 1 to ${maxSequenceIdBytes} bytes or from 1 to 2^64 - 1, found another`,
  );
}

function checkOutput({ name, classification }: RequestedOutput): void {
  if (classification !== undefined) checkWhole(`classification of "${name}"`, classification, 1);
}

function checkWhole(what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new EncodeError(`${what}: expected a whole number from ${least} on, found ${value}`);
}
