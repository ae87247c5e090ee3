import {
  checkRequest,
  EncodeError,
  encodeData,
  encodeParameters,
  formatShape,
  isSameShape,
  quote,
  type InferenceRequest,
  type ModelMetadata,
  type Tensor,
} from "@nereid/core/transport-kit";
import { flatShape } from "./flat-shape.ts";

/** Members of the flat form that are no inputs. */
const takenNames: ReadonlySet<string> = new Set(["id", "parameters"]);

/**
 * Writes the flat body of `POST …/generate`: each input under its own name, parameters in `parameters`.
 *
 * The form names neither datatypes nor shapes and reads what it does not know as a parameter, so a
 * request that the server would read as another one is refused here.
 *
 * @throws EncodeError for what the form cannot say
 * @see Triton, "Generate Extension"
 */
export function encodeFlat(request: InferenceRequest, metadata: ModelMetadata, id: string): string {
  const { inputs, parameters = {} } = request;
  checkGenerate(request);
  checkComplete(inputs, metadata);
  const clash = Object.keys(parameters).find((name) => isTaken(name, metadata));
  if (clash !== undefined) {
    throw new EncodeError(
      `parameter "${clash}": expected a name that neither the form nor an input has, found one of theirs`,
    );
  }
  const members = inputs.map((tensor) => `,${quote(tensor.name)}:${encodeInput(tensor, metadata)}`);
  const own = encodeParameters(parameters);
  if (own !== "") members.push(`,"parameters":{${own.slice(1)}}`);
  return `{"id":${quote(id)}${members.join("")}}`;
}

/** Refuses what generate has no place for, in any form. @throws EncodeError */
export function checkGenerate(request: InferenceRequest): void {
  checkRequest(request);
  const { sequence, priority, queueTimeoutUs, outputs = [] } = request;
  const classified = outputs.find(({ classification }) => classification !== undefined);
  const refusals: readonly (readonly [what: string, value: unknown])[] = [
    ["a sequence", sequence],
    ["a priority", priority],
    ["a queue timeout", queueTimeoutUs],
    ["a classification", classified],
  ];
  const found = refusals.find(([, value]) => value !== undefined);
  if (found === undefined) return;
  throw new EncodeError(
    `model "${request.model.name}": expected a request that generate can carry, found ${found[0]}; infer carries it`,
  );
}

function isTaken(name: string, { inputs }: ModelMetadata): boolean {
  return takenNames.has(name) || inputs.some((input) => input.name === name);
}

/** An input left out would be found by the server; one that came twice would not be by every server. */
function checkComplete(inputs: readonly Tensor[], { name, inputs: declared }: ModelMetadata): void {
  const given = new Set(inputs.map((tensor) => tensor.name));
  if (given.size !== inputs.length) {
    throw new EncodeError(`model "${name}": expected each input once, found one twice`);
  }
  const missing = declared.find((input) => input.optional !== true && !given.has(input.name));
  if (missing === undefined) return;
  throw new EncodeError(`model "${name}": expected input "${missing.name}", found none`);
}

/** A lone element stands for itself. */
function encodeInput(tensor: Tensor, metadata: ModelMetadata): string {
  const { name, datatype, shape, data } = tensor;
  const declared = metadata.inputs.find((input) => input.name === name);
  if (declared === undefined || takenNames.has(name)) {
    throw new EncodeError(
      `tensor "${name}": expected an input of model "${metadata.name}" that generate can name, found another`,
    );
  }
  if (datatype !== declared.datatype) {
    throw new EncodeError(`tensor "${name}": expected ${declared.datatype}, found ${datatype}`);
  }
  const read = flatShape(declared.shape, data.length);
  if (read === undefined || !isSameShape(read, shape)) {
    const expected = read === undefined ? formatShape(declared.shape) : formatShape(read);
    throw new EncodeError(
      `tensor "${name}": expected a shape that one row of elements says, ${expected}, found ${formatShape(shape)}; infer carries it`,
    );
  }
  // The servers that read this form read NaN and Infinity as bare words.
  const elements = encodeData(tensor, { allowNonFinite: true });
  return data.length === 1 ? elements : `[${elements}]`;
}
