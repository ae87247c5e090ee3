import { DecodeError } from "../errors/errors.ts";
import { decodeParameters, isParameterValue } from "./decode-parameters.ts";
import {
  describeJson,
  isJsonObject,
  member,
  type JsonObject,
  type JsonValue,
} from "./json-value.ts";
import { isReservedParameter, reserved } from "./parameters.ts";
import type { InferenceRequest, SequencePosition } from "./request.ts";

/** What the parameters of a request say. */
export interface OwnParameters {
  readonly facts: Pick<InferenceRequest, "sequence" | "priority" | "queueTimeoutUs" | "parameters">;
  /** Are outputs that the request does not list wanted in binary form? */
  readonly binaryOutputs: boolean;
}

/**
 * Tells the protocol's own parameters of a request from the caller's. Reserved names that mean nothing
 * here are left out.
 *
 * @throws DecodeError for a value of a kind that its parameter cannot have
 */
export function decodeOwnParameters(value: JsonValue | undefined): OwnParameters {
  if (value === undefined) return { facts: {}, binaryOutputs: false };
  if (!isJsonObject(value)) throw unexpected("parameters", "an object", value);
  for (const name of Object.keys(value)) {
    const parameter = member(value, name);
    if (!isParameterValue(parameter)) throw unexpected(name, "text, number or boolean", parameter);
    if (name.startsWith("triton_")) throw unexpected(name, "no reserved name", parameter);
  }
  const sequence = readSequence(value);
  const priority = readWhole(value, reserved.priority);
  const queueTimeoutUs = readWhole(value, reserved.queueTimeoutUs);
  const free = Object.entries(value).filter(([name]) => !isReservedParameter(name));
  const parameters = decodeParameters(Object.fromEntries(free));
  return {
    facts: {
      ...(sequence === undefined ? {} : { sequence }),
      ...(priority === undefined ? {} : { priority }),
      ...(queueTimeoutUs === undefined ? {} : { queueTimeoutUs }),
      ...(parameters === undefined ? {} : { parameters }),
    },
    binaryOutputs: readFlag(value, reserved.binaryDataOutput),
  };
}

/** An id of 0 or "" means that there is no sequence. */
function readSequence(parameters: JsonObject): SequencePosition | undefined {
  const start = readFlag(parameters, reserved.sequenceStart);
  const end = readFlag(parameters, reserved.sequenceEnd);
  const id = member(parameters, reserved.sequenceId);
  if (id === undefined || id === "" || id === 0) return undefined;
  if (typeof id === "string") return { id, start, end };
  const isUnsigned = typeof id === "bigint" || (typeof id === "number" && Number.isSafeInteger(id));
  if (!isUnsigned || id < 0 || BigInt.asUintN(64, BigInt(id)) !== BigInt(id)) {
    throw unexpected(reserved.sequenceId, "text or an unsigned 64-bit number", id);
  }
  return { id: BigInt(id), start, end };
}

function readFlag(parameters: JsonObject, name: string): boolean {
  const value = member(parameters, name) ?? false;
  if (typeof value === "boolean") return value;
  throw unexpected(name, "a boolean", value);
}

function readWhole(parameters: JsonObject, name: string): number | undefined {
  const value = member(parameters, name);
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw unexpected(name, "a whole number from 0 on", value);
}

function unexpected(name: string, expected: string, value: JsonValue | undefined): DecodeError {
  return new DecodeError(`parameter "${name}": expected ${expected}, found ${describeJson(value)}`);
}
