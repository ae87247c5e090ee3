import {
  DecodeError,
  elementCount,
  isDatatype,
  maxRank,
  parseRaw,
  type Datatype,
  type InferenceResponse,
  type Tensor,
  type TensorOf,
} from "@nereid/core/transport-kit";
import { decodeContents } from "./decode-contents.ts";
import { readParameter, type ReadParameters } from "./decode-parameters.ts";
import {
  createReader,
  readBytes,
  readMessage,
  readText,
  readVarint,
  readTag,
  skipField,
  type Reader,
} from "./reader.ts";

/** Tensors that are believed of one message. */
const maxTensors = 256;

/** Tags of `ModelInferResponse` and of its tensors. */
const response = {
  modelName: 0x0a,
  modelVersion: 0x12,
  id: 0x1a,
  parameters: 0x22,
  outputs: 0x2a,
  rawOutputContents: 0x32,
} as const;
const tensor = {
  name: 0x0a,
  datatype: 0x12,
  shape: 0x1a,
  plainShape: 0x18,
  contents: 0x2a,
} as const;

interface OutputEntry {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly contents: Reader | undefined;
}

/**
 * Reads a `ModelInferResponse`, from a server that answers raw or typed. Raw tensors are views over the
 * message where its memory is aligned for them.
 *
 * @throws DecodeError naming the tensor, what was expected and what was found
 */
export function decodeResponse(bytes: Buffer): InferenceResponse {
  return readResponse(createReader(bytes));
}

/** As {@link decodeResponse}, of a message within another. */
export function readResponse(reader: Reader): InferenceResponse {
  let modelName = "";
  let modelVersion = "";
  let id = "";
  let parameters: ReadParameters | undefined;
  const entries: OutputEntry[] = [];
  const raws: Buffer[] = [];
  while (reader.at < reader.end) {
    const tag = readTag(reader);
    switch (tag) {
      case response.modelName:
        modelName = readText(reader);
        break;
      case response.modelVersion:
        modelVersion = readText(reader);
        break;
      case response.id:
        id = readText(reader);
        break;
      case response.parameters:
        parameters = readParameter(reader, parameters);
        break;
      case response.outputs:
        entries.push(readEntry(readMessage(reader)));
        break;
      case response.rawOutputContents:
        raws.push(readBytes(reader));
        break;
      default:
        skipField(reader, tag);
    }
    if (entries.length > maxTensors || raws.length > maxTensors) {
      throw new DecodeError(`answer: expected at most ${maxTensors} tensors, found more`);
    }
  }
  if (raws.length > 0 && raws.length !== entries.length) {
    throw new DecodeError(
      `answer: expected raw contents for ${entries.length} outputs, found ${raws.length}`,
    );
  }
  return {
    modelName,
    ...(modelVersion === "" ? {} : { modelVersion }),
    ...(id === "" ? {} : { id }),
    outputs: entries.map((entry, index) => toTensor(entry, raws[index])),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

function readEntry(reader: Reader): OutputEntry {
  let name = "";
  let datatype = "";
  let contents: Reader | undefined;
  const shape: number[] = [];
  while (reader.at < reader.end) {
    const tag = readTag(reader);
    switch (tag) {
      case tensor.name:
        name = readText(reader);
        break;
      case tensor.datatype:
        datatype = readText(reader);
        break;
      case tensor.shape:
        readSizes(readMessage(reader), shape);
        break;
      case tensor.plainShape:
        shape.push(readVarint(reader));
        break;
      case tensor.contents:
        contents = readMessage(reader);
        break;
      default:
        skipField(reader, tag);
    }
  }
  return { name, datatype, shape, contents };
}

function readSizes(reader: Reader, into: number[]): void {
  while (reader.at < reader.end && into.length <= maxRank) into.push(readVarint(reader));
}

function toTensor(
  { name, datatype, shape, contents }: OutputEntry,
  raw: Buffer | undefined,
): Tensor {
  if (name === "") throw new DecodeError("answer: expected each output to have a name");
  if (!isDatatype(datatype)) {
    throw new DecodeError(`tensor "${name}": expected a known datatype, found another`);
  }
  const count = shape.length > maxRank ? undefined : elementCount(shape);
  if (count === undefined) {
    throw new DecodeError(
      `tensor "${name}": expected a shape of at most ${maxRank} whole numbers whose product can be counted, found another`,
    );
  }
  try {
    const data =
      raw === undefined
        ? decodeContents(datatype, count, contents)
        : parseRaw(datatype, raw, count);
    // The data was read as the datatype says, which the type of the pair cannot say.
    return { name, datatype, shape, data } as TensorOf<Datatype> as Tensor;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(`tensor "${name}": ${error.message}`, { cause: error });
  }
}
