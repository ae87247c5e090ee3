import { DecodeError } from "../errors/errors.ts";
import { datatypes } from "../tensor/datatypes.ts";
import { decodeOwnParameters } from "./decode-own-parameters.ts";
import { decodeTensors, type TensorEntry } from "./decode-tensor.ts";
import { describeJson, isJsonObject, member, type JsonValue } from "./json-value.ts";
import { reserved } from "./parameters.ts";
import type { InferenceRequest, ModelRef, RequestedOutput } from "./request.ts";
import { splitBody, type DecodeLimits } from "./split-body.ts";

/** A request as a server reads it. */
export interface DecodedRequest {
  readonly request: InferenceRequest;
  /** Is the output of this name wanted in binary form? */
  readonly binary: (outputName: string) => boolean;
}

/**
 * Reads the body of `POST …/infer`, as a strict server does. Binary tensors are views on the body
 * where alignment allows.
 *
 * A parameter that was the double 1.0 is read as the number 1. Raw requests without any JSON are not
 * read.
 *
 * @param model - which model the path of the request named
 * @param headerBytes - the value of `Inference-Header-Content-Length`; undefined: all is JSON
 * @throws DecodeError when anything in it contradicts itself or is not V2
 */
export function decodeRequest(
  model: ModelRef,
  body: Uint8Array,
  headerBytes: number | undefined,
  limits?: DecodeLimits,
): DecodedRequest {
  const parts = splitBody(body, headerBytes, limits);
  const { message } = parts;
  const own = decodeOwnParameters(member(message, "parameters"));
  const outputs = decodeOutputs(member(message, "outputs"), parts.maxTensors);
  const id = readId(member(message, "id"));
  const request: InferenceRequest = {
    model,
    ...(id === undefined ? {} : { id }),
    inputs: decodeTensors("inputs", parts, requireOneForm),
    ...(outputs === undefined ? {} : { outputs: outputs.map(({ output }) => output) }),
    ...own.facts,
  };
  const listed = new Map(outputs?.map(({ output, binary }) => [output.name, binary]));
  return { request, binary: (name) => listed.get(name) ?? own.binaryOutputs };
}

function readId(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new DecodeError(`request: expected "id" to be text, found ${describeJson(value)}`);
}

/** What is tolerated of servers is not tolerated of clients. */
function requireOneForm({ name, datatype, json }: TensorEntry): void {
  const data = member(json, "data");
  if (data === undefined) {
    const parameters = member(json, "parameters");
    if (isJsonObject(parameters) && Object.hasOwn(parameters, reserved.binaryDataSize)) return;
    throw new DecodeError(`tensor "${name}": expected its elements, found none in any form`);
  }
  if (!datatypes[datatype].json) {
    throw new DecodeError(
      `tensor "${name}": expected binary form, found ${datatype} elements in JSON`,
    );
  }
  if (!Array.isArray(data) || data.flat(Number.POSITIVE_INFINITY).includes(null)) {
    throw new DecodeError(`tensor "${name}": expected a list without null as its data`);
  }
}

interface OutputEntry {
  readonly output: RequestedOutput;
  readonly binary: boolean;
}

function decodeOutputs(
  value: JsonValue | undefined,
  maxTensors: number,
): readonly OutputEntry[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length > maxTensors) {
    throw new DecodeError(
      `request: expected "outputs" to be a list of at most ${maxTensors}, found another`,
    );
  }
  const entries = value.map(decodeOutput);
  const names = new Set(entries.map(({ output }) => output.name));
  if (names.size < entries.length) {
    throw new DecodeError("request: expected each output once, found one twice");
  }
  return entries.length === 0 ? undefined : entries;
}

function decodeOutput(entry: JsonValue): OutputEntry {
  const name = isJsonObject(entry) ? member(entry, "name") : undefined;
  if (!isJsonObject(entry) || typeof name !== "string" || name === "") {
    throw new DecodeError("request: expected each output to have a name, found one without");
  }
  const parameters = member(entry, "parameters") ?? {};
  const own = isJsonObject(parameters) ? parameters : {};
  const binary = member(own, reserved.binaryData) ?? false;
  const classification = member(own, reserved.classification);
  if (typeof binary !== "boolean" || !isClassification(classification)) {
    throw new DecodeError(
      `output "${name}": expected ${reserved.binaryData} to be a boolean and ${reserved.classification} a number from 1 on, found others`,
    );
  }
  return {
    output: classification === undefined ? { name } : { name, classification },
    binary,
  };
}

function isClassification(value: JsonValue | undefined): value is number | undefined {
  return (
    value === undefined || (typeof value === "number" && Number.isSafeInteger(value) && value > 0)
  );
}
