import type { InferenceRequest, Parameters, ParameterValue } from "@nereid/core/transport-kit";
import type { Json, JsonMembers } from "./json.ts";
import { asBoolean, asString, asUnsigned, isMembers } from "./json-fields.ts";
import { Refusal } from "./refusal.ts";

/** What the parameters of a request say. */
export interface ReadParameters {
  readonly request: Pick<
    InferenceRequest,
    "sequence" | "priority" | "queueTimeoutUs" | "parameters"
  >;
  /** Outputs that are not listed come as bytes. */
  readonly binaryOutput: boolean;
}

const maxSequenceIdBytes = 128;
const maxInt64 = 2n ** 63n - 1n;

/** Reads the parameters of a request. @throws Refusal with Triton's status and words */
export function readParameters(value: Json | undefined): ReadParameters {
  const members = toMembers(value);
  const own: Record<string, ParameterValue> = {};
  const special = new Map<string, Json>();
  for (const [name, given] of members) {
    if (specialNames.has(name)) special.set(name, given);
    else own[name] = ownValue(name, given);
  }
  const priority = wholeNumber(special, "priority");
  const queueTimeoutUs = wholeNumber(special, "timeout");
  return {
    request: {
      ...sequenceOf(special),
      ...(priority === undefined ? {} : { priority }),
      ...(queueTimeoutUs === undefined ? {} : { queueTimeoutUs }),
      parameters: own satisfies Parameters,
    },
    binaryOutput: flag(special, "binary_data_output"),
  };
}

const specialNames: ReadonlySet<string> = new Set([
  "binary_data_output",
  "priority",
  "sequence_end",
  "sequence_id",
  "sequence_start",
  "timeout",
]);

function toMembers(value: Json | undefined): JsonMembers {
  if (value === undefined) return new Map();
  if (isMembers(value)) return value;
  throw new Refusal(500, "failed to get request params.: attempt to get members for non-object");
}

function ownValue(name: string, value: Json): ParameterValue {
  if (name.startsWith("triton_")) {
    throw new Refusal(
      400,
      "parameter keys starting with 'triton_' are reserved for Triton usage and should not be specified.",
    );
  }
  return readParameter(name, value);
}

/** A parameter without a meaning of its own. @throws Refusal for a list, an object or null */
export function readParameter(name: string, value: Json): ParameterValue {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isInteger(value) ? { double: value } : value;
  if (typeof value === "bigint") return wholeValue(value);
  throw new Refusal(
    400,
    `parameter '${name}' has invalid type. It should be either 'int', 'bool', or 'string'.`,
  );
}

/** A whole number beyond the signed 64 bits silently becomes a floating-point number. */
function wholeValue(value: bigint): ParameterValue {
  if (value > maxInt64) return { double: Number(value) };
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function flag(special: JsonMembers, name: string): boolean {
  const value = special.get(name);
  return value !== undefined && asBoolean(value, name);
}

function wholeNumber(special: JsonMembers, name: string): number | undefined {
  const value = special.get(name);
  return value === undefined ? undefined : Number(asUnsigned(value, name));
}

/** An id of 0 or "" is none; the flags are checked all the same. */
function sequenceOf(special: JsonMembers): Pick<InferenceRequest, "sequence"> {
  const start = flag(special, "sequence_start");
  const end = flag(special, "sequence_end");
  const id = special.get("sequence_id");
  if (id === undefined) return {};
  if (typeof id === "bigint" && id >= 0n) return { sequence: { id, start, end } };
  const text = asString(id, "sequence_id");
  if (Buffer.byteLength(text) > maxSequenceIdBytes) {
    throw new Refusal(501, "string correlation ID cannot be longer than 128 characters");
  }
  return { sequence: { id: text, start, end } };
}
