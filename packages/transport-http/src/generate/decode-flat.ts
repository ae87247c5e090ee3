import {
  decodeData,
  DecodeError,
  describeJson,
  formatShape,
  member,
  type Datatype,
  type InferenceRequest,
  type InferenceResponse,
  type JsonObject,
  type JsonValue,
  type ModelMetadata,
  type ParameterValue,
  type Tensor,
  type TensorMetadata,
  type TensorOf,
} from "@nereid/core/transport-kit";
import { flatShape, readableShape } from "./flat-shape.ts";

/** What a flat answer leaves unsaid. */
export interface FlatContext {
  readonly request: InferenceRequest;
  readonly metadata: ModelMetadata | undefined;
  readonly where: () => string;
}

const ownNames: ReadonlySet<string> = new Set(["id", "model_name", "model_version"]);

/**
 * Reads a flat answer: members named like outputs are outputs, of the datatype and shape that the model
 * declares, others are parameters.
 *
 * @throws DecodeError for elements of another kind or number, a tensor that the model does not declare,
 *   and an answer without any output
 * @see Triton, "Generate Extension"
 */
export function decodeFlat(
  { request, metadata, where }: FlatContext,
  message: JsonObject,
): InferenceResponse {
  if (metadata === undefined) {
    throw new DecodeError(`${where()}: expected a list of outputs, found none`);
  }
  const rows = rowsOf(request, metadata);
  const outputs: Tensor[] = [];
  // Without a prototype, a stranger's `__proto__` stays data.
  const parameters: Record<string, ParameterValue> = Object.create(null);
  for (const name of Object.keys(message)) {
    const value = member(message, name) ?? null;
    const declared = metadata.outputs.find((output) => output.name === name);
    if (declared !== undefined) outputs.push(decodeOutput(declared, rows, value));
    else if (!ownNames.has(name)) parameters[name] = readParameter(where, name, value);
  }
  if (outputs.length === 0 && metadata.outputs.length > 0) {
    throw new DecodeError(`${where()}: expected outputs of the model, found none`);
  }
  const id = readOwn(message, "id");
  const modelVersion = readOwn(message, "model_version");
  return {
    modelName: readOwn(message, "model_name") ?? "",
    ...(modelVersion === undefined ? {} : { modelVersion }),
    ...(id === undefined ? {} : { id }),
    outputs,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
  };
}

/** Rows of a request to a model that takes batches: its answers have as many. */
function rowsOf(
  { inputs }: InferenceRequest,
  { maxBatchRows = 0 }: ModelMetadata,
): number | undefined {
  return maxBatchRows === 0 ? undefined : inputs[0]?.shape[0];
}

function decodeOutput(
  { name, datatype, shape: declared }: TensorMetadata,
  rows: number | undefined,
  value: JsonValue,
): Tensor {
  const readable = readableShape(declared, rows);
  if (readable === undefined) {
    throw new DecodeError(
      `tensor "${name}": expected one variable dimension beside the batch, found ${formatShape(declared)}, which a row of elements cannot tell`,
    );
  }
  const count = countElements(value);
  const shape = flatShape(readable, count);
  if (shape === undefined) {
    throw new DecodeError(
      `tensor "${name}": expected elements that fill ${formatShape(readable)}, found ${count}`,
    );
  }
  const data = decodeData(name, datatype, [value], count);
  const tensor: TensorOf<Datatype> = { name, datatype, shape, data };
  // The data was read as the datatype says, which the type of the pair cannot say.
  return tensor as Tensor;
}

/** A value that is no list is an element; nested ones are a gateway's. */
function countElements(value: JsonValue): number {
  if (!Array.isArray(value)) return 1;
  const items: readonly JsonValue[] = value;
  return items.reduce((count: number, item) => count + countElements(item), 0);
}

/** What is dropped might have been a tensor. */
function readParameter(where: () => string, name: string, value: JsonValue): ParameterValue {
  if (value !== null && typeof value !== "object") return value;
  throw new DecodeError(
    `${where()}: expected "${name}" to be an output of the model or a parameter, found ${describeJson(value)}`,
  );
}

function readOwn(message: JsonObject, name: string): string | undefined {
  const value = member(message, name);
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "object" || typeof value === "boolean") {
    throw new DecodeError(`answer: expected "${name}" to be text, found ${describeJson(value)}`);
  }
  return String(value);
}
