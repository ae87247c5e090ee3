import { DecodeError } from "../errors/errors.ts";
import { decodeParameters } from "./decode-parameters.ts";
import { decodeTensors } from "./decode-tensor.ts";
import { isReservedParameter, reserved } from "./parameters.ts";
import { isJsonObject, member, parseJson, type JsonObject, type JsonValue } from "./parse-json.ts";
import type {
  InferenceRequest,
  ModelRef,
  ParameterValue,
  RequestedOutput,
  SequencePosition,
} from "./request.ts";
import { splitBody } from "./split-body.ts";

/** A request as a server reads it. */
export interface DecodedRequest {
  readonly request: InferenceRequest;
  /** Is this output wanted in binary form? */
  readonly isBinary: (output: string) => boolean;
}

/**
 * Reads the body of `POST …/infer`, as a server does.
 *
 * @throws DecodeError when anything in it contradicts itself or is not V2
 */
export function decodeRequest(
  model: ModelRef,
  body: Uint8Array,
  headerBytes: number | undefined,
): DecodedRequest {
  const { json, tail } = splitBody(body, headerBytes);
  const message = parseJson(json);
  if (!isJsonObject(message)) throw new DecodeError("request: expected a JSON object");
  const parameters = decodeParameters(member(message, "parameters")) ?? {};
  const own = Object.entries(parameters).filter(([name]) => !isReservedParameter(name));
  const outputs = decodeOutputs(member(message, "outputs"));
  const id = member(message, "id");
  const sequence = decodeSequence(parameters);
  const priority = parameters[reserved.priority];
  const queueTimeoutUs = parameters[reserved.queueTimeoutUs];
  const request: InferenceRequest = {
    model,
    ...(typeof id === "string" ? { id } : {}),
    inputs: decodeTensors(member(message, "inputs"), tail, json.byteLength),
    ...(outputs === undefined ? {} : { outputs: outputs.map(({ output }) => output) }),
    ...(sequence === undefined ? {} : { sequence }),
    ...(typeof priority === "number" ? { priority } : {}),
    ...(typeof queueTimeoutUs === "number" ? { queueTimeoutUs } : {}),
    ...(own.length === 0 ? {} : { parameters: Object.fromEntries(own) }),
  };
  const binary = new Set(outputs?.filter((entry) => entry.binary).map(({ output }) => output.name));
  const byDefault = outputs === undefined && parameters[reserved.binaryDataOutput] === true;
  return { request, isBinary: (output) => byDefault || binary.has(output) };
}

interface OutputEntry {
  readonly output: RequestedOutput;
  readonly binary: boolean;
}

function decodeOutputs(value: JsonValue | undefined): readonly OutputEntry[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw new DecodeError('request: expected "outputs" to be a list');
  return value.map((entry: JsonValue) => {
    if (!isJsonObject(entry)) throw new DecodeError("request: expected outputs to be objects");
    const name = member(entry, "name");
    if (typeof name !== "string") throw new DecodeError("request: expected outputs to have names");
    const parameters = readParameters(entry);
    const classification = parameters[reserved.classification];
    return {
      output: { name, ...(typeof classification === "number" ? { classification } : {}) },
      binary: parameters[reserved.binaryData] === true,
    };
  });
}

function readParameters(entry: JsonObject): Readonly<Record<string, ParameterValue>> {
  return decodeParameters(member(entry, "parameters")) ?? {};
}

function decodeSequence(
  parameters: Readonly<Record<string, ParameterValue>>,
): SequencePosition | undefined {
  const id = parameters[reserved.sequenceId];
  if (typeof id !== "string" && typeof id !== "number" && typeof id !== "bigint") return undefined;
  return {
    id: typeof id === "number" ? BigInt(id) : id,
    start: parameters[reserved.sequenceStart] === true,
    end: parameters[reserved.sequenceEnd] === true,
  };
}
