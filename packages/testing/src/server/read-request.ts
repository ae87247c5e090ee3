import {
  datatypes,
  elementCount,
  InferenceError,
  isDatatype,
  isJsonObject,
  member,
  parseJson,
  parseRaw,
  type InferenceRequest,
  type JsonObject,
  type JsonValue,
  type ModelRef,
  type Parameters,
  type SequencePosition,
  type Tensor,
} from "@nereid/core/transport-kit";
import { readJsonData } from "./read-data.ts";
import { Refusal } from "./refusal.ts";

/** A request, and which of its outputs are wanted as bytes. */
export interface ReadRequest {
  readonly request: InferenceRequest;
  readonly isBinary: (output: string) => boolean;
}

/**
 * Reads the body of an inference straight from the protocol's text, and not with the client's codec, so
 * that a mistake of one is not made by the other as well.
 *
 * @param header - the value of Inference-Header-Content-Length
 * @throws Refusal with Triton's status and words
 */
export function readRequest(
  model: ModelRef,
  body: Uint8Array,
  header: string | undefined,
): ReadRequest {
  const headerBytes = header === undefined ? body.byteLength : Number(header);
  if (!(headerBytes > 0) || headerBytes > body.byteLength) {
    throw new Refusal(
      400,
      `inference header size should be in range (0, ${body.byteLength}), got: ${header}`,
    );
  }
  const message = readJson(body.subarray(0, headerBytes));
  const parameters = readParameters(message);
  const inputs = readInputs(message, body.subarray(headerBytes));
  const outputs = member(message, "outputs");
  const listed = Array.isArray(outputs) ? outputs.filter(isJsonObject) : undefined;
  const id = member(message, "id");
  if (id !== undefined && typeof id !== "string") {
    throw new Refusal(500, "Unable to parse 'id': attempt to access JSON non-string as string");
  }
  const sequence = readSequence(parameters);
  const binary = new Set(listed?.filter(isBinaryOutput).map((output) => member(output, "name")));
  const byDefault = listed === undefined && parameters["binary_data_output"] === true;
  return {
    request: {
      model,
      inputs,
      ...(id === undefined ? {} : { id }),
      ...(listed === undefined ? {} : { outputs: listed.map(toOutput) }),
      ...(sequence === undefined ? {} : { sequence }),
      parameters: ownParameters(parameters),
    },
    isBinary: (output) => byDefault || binary.has(output),
  };
}

function readJson(bytes: Uint8Array): JsonObject {
  try {
    const message = parseJson(bytes);
    if (isJsonObject(message)) return message;
  } catch (error) {
    if (!InferenceError.is(error)) throw error;
  }
  throw new Refusal(500, "failed to parse the request JSON buffer: Invalid value. at 0");
}

function readInputs(message: JsonObject, tail: Uint8Array): readonly Tensor[] {
  const inputs = member(message, "inputs");
  if (!Array.isArray(inputs)) {
    throw new Refusal(
      500,
      "Unable to parse 'inputs': attempt to access non-existing object member 'inputs'",
    );
  }
  let offset = 0;
  const tensors = inputs.filter(isJsonObject).map((input: JsonObject) => {
    const size = binarySize(input);
    const tensor = readInput(
      input,
      size === undefined ? undefined : tail.subarray(offset, offset + size),
    );
    offset += size ?? 0;
    return tensor;
  });
  if (offset < tail.byteLength) {
    const last = tensors.at(-1)?.name ?? "";
    throw new Refusal(400, `unexpected additional input data for model '${last}'`);
  }
  return tensors;
}

function binarySize(input: JsonObject): number | undefined {
  const parameters = member(input, "parameters");
  const size = isJsonObject(parameters) ? member(parameters, "binary_data_size") : undefined;
  return typeof size === "number" ? size : undefined;
}

function readInput(input: JsonObject, raw: Uint8Array | undefined): Tensor {
  const given = member(input, "name");
  const name = typeof given === "string" ? given : "";
  const datatype = member(input, "datatype");
  const shape = member(input, "shape");
  if (!isDatatype(datatype)) {
    throw new Refusal(400, `invalid datatype for input '${name}'`);
  }
  if (!isShape(shape)) throw new Refusal(400, `invalid shape for input '${name}'`);
  const data =
    raw === undefined ? undefined : readBinary(name, datatype, shape, raw, binarySize(input));
  const json = member(input, "data");
  if (data === undefined && json === undefined) {
    throw new Refusal(
      400,
      `must specify one of 'data', shared memory or binary data for '${name}'`,
    );
  }
  // The reader made the data for the datatype, which the type of the pair cannot say.
  return {
    name,
    datatype,
    shape,
    data: data ?? readJsonData(datatype, shape, json ?? null),
  } as Tensor;
}

function isShape(value: JsonValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((size: JsonValue) => Number(size) >= 0);
}

function readBinary(
  name: string,
  datatype: Tensor["datatype"],
  shape: readonly number[],
  raw: Uint8Array,
  announced = 0,
): Tensor["data"] {
  const count = elementCount(shape) ?? 0;
  if (raw.byteLength < announced) {
    throw new Refusal(
      400,
      `unexpected size for input '${name}', expecting ${announced - raw.byteLength} additional bytes`,
    );
  }
  const expected = count * datatypes[datatype].elementBytes;
  if (datatype !== "BYTES" && raw.byteLength !== expected) {
    throw new Refusal(
      400,
      `input byte size mismatch for input '${name}'. Expected ${expected}, got ${raw.byteLength}`,
    );
  }
  try {
    return parseRaw(datatype, Uint8Array.from(raw), count);
  } catch {
    throw new Refusal(400, `unexpected number of string elements for inference input '${name}'`);
  }
}

function readParameters(message: JsonObject): Record<string, JsonValue> {
  const parameters = member(message, "parameters");
  if (!isJsonObject(parameters)) return {};
  for (const [name, value] of Object.entries(parameters)) {
    if (name.startsWith("triton_")) {
      throw new Refusal(
        400,
        "parameter keys starting with 'triton_' are reserved for Triton usage and should not be specified.",
      );
    }
    if (typeof value !== "object") continue;
    throw new Refusal(
      400,
      `parameter '${name}' has invalid type. It should be either 'int', 'bool', or 'string'.`,
    );
  }
  const priority = parameters["priority"];
  if (priority !== undefined && !(typeof priority === "number" && priority >= 0)) {
    throw new Refusal(
      500,
      "Unable to parse 'priority': attempt to access JSON non-unsigned-integer as unsigned-integer",
    );
  }
  return { ...parameters };
}

const special: ReadonlySet<string> = new Set([
  "binary_data_output",
  "priority",
  "sequence_end",
  "sequence_id",
  "sequence_start",
  "timeout",
]);

function ownParameters(parameters: Readonly<Record<string, JsonValue>>): Parameters {
  const own = Object.entries(parameters).filter(
    (entry): entry is [string, string | number | bigint | boolean] =>
      !special.has(entry[0]) && typeof entry[1] !== "object",
  );
  return Object.fromEntries(own);
}

function readSequence(
  parameters: Readonly<Record<string, JsonValue>>,
): SequencePosition | undefined {
  const id = parameters["sequence_id"];
  if (typeof id !== "string" && typeof id !== "number" && typeof id !== "bigint") return undefined;
  return {
    id: typeof id === "number" ? BigInt(id) : id,
    start: parameters["sequence_start"] === true,
    end: parameters["sequence_end"] === true,
  };
}

function isBinaryOutput(output: JsonObject): boolean {
  const parameters = member(output, "parameters");
  return isJsonObject(parameters) && member(parameters, "binary_data") === true;
}

function toOutput(output: JsonObject): { readonly name: string } {
  const name = member(output, "name");
  return { name: typeof name === "string" ? name : "" };
}
