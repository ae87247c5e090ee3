import { datatypes, isDatatype, type Datatype, type Tensor } from "@nereid/core/transport-kit";
import type {
  InferTensorContents,
  ModelInferRequest,
  ModelInferRequest_InferInputTensor as InputTensor,
} from "../generated/inference_pb.ts";
import { readBinaryData, type BinaryContext } from "../server/read-binary.ts";
import { Refusal } from "../server/refusal.ts";

/** Reads the inputs of a request, typed or raw. @throws Refusal with Triton's words */
export function readGrpcInputs(
  { inputs, rawInputContents }: ModelInferRequest,
  expected: (input: InputTensor) => Datatype | undefined,
  context: BinaryContext,
): readonly Tensor[] {
  return inputs.map((input, index) => {
    const where = `'${input.name}' for model '${context.model}'`;
    if (input.contents !== undefined && rawInputContents.length > 0) {
      throw new Refusal(
        400,
        `contents field must not be specified when using raw_input_contents for ${where}`,
      );
    }
    const raw =
      input.contents === undefined
        ? rawInputContents[index]
        : encodeContents(input, input.contents, where);
    if (raw === undefined) {
      throw new Refusal(400, `unable to find data for input tensor ${where} in request.`);
    }
    return readTensor(input, raw, expected(input), context);
  });
}

function readTensor(
  { name, datatype, shape: wide }: InputTensor,
  raw: Uint8Array,
  expected: Datatype | undefined,
  context: BinaryContext,
): Tensor {
  const { model, tag } = context;
  if (!isDatatype(datatype)) {
    throw new Refusal(
      400,
      `${tag} inference input '${name}' data-type is '<invalid>', but model '${model}' expects '${expected ?? "<invalid>"}'`,
    );
  }
  const shape = wide.map(Number);
  if (shape.slice(context.hasBatch ? 1 : 0).some((size) => size < 0)) {
    throw new Refusal(
      400,
      `${tag} All input dimensions should be specified for input '${name}' for model '${model}', got [${shape.join(",")}]`,
    );
  }
  const data = readBinaryData({ name, datatype, shape }, raw, context);
  // The reader made the elements for the datatype, which the type of the pair cannot say.
  return { name, datatype, shape, data } as Tensor;
}

/** A field of typed contents: what Triton calls it, what it may carry, and how an element is written. */
interface ContentsField {
  readonly name: Datatype;
  readonly carries: readonly Datatype[];
  readonly list: (contents: InferTensorContents) => readonly (boolean | number | bigint)[];
}

const contentsFields: readonly ContentsField[] = [
  { name: "BOOL", carries: ["BOOL"], list: (contents) => contents.boolContents },
  { name: "INT32", carries: ["INT8", "INT16", "INT32"], list: (contents) => contents.intContents },
  { name: "INT64", carries: ["INT64"], list: (contents) => contents.int64Contents },
  {
    name: "UINT32",
    carries: ["UINT8", "UINT16", "UINT32"],
    list: (contents) => contents.uintContents,
  },
  { name: "UINT64", carries: ["UINT64"], list: (contents) => contents.uint64Contents },
  { name: "FP32", carries: ["FP32"], list: (contents) => contents.fp32Contents },
  { name: "FP64", carries: ["FP64"], list: (contents) => contents.fp64Contents },
];

/** Typed elements in raw form. @throws Refusal for a field of another datatype */
function encodeContents(
  { datatype }: InputTensor,
  contents: InferTensorContents,
  where: string,
): Uint8Array {
  const unexpected = (found: string): Refusal =>
    new Refusal(
      400,
      `unexpected explicit tensor data for input tensor ${where} of type '${found}', expected datatype '${isDatatype(datatype) ? datatype : "<invalid>"}'`,
    );
  let raw: Uint8Array = new Uint8Array();
  for (const { name, carries, list } of contentsFields) {
    const elements = list(contents);
    if (elements.length === 0) continue;
    if (!isDatatype(datatype) || !carries.includes(datatype)) throw unexpected(name);
    raw = encodeElements(datatype, elements);
  }
  if (contents.bytesContents.length === 0) return raw;
  if (datatype !== "BYTES") throw unexpected("BYTES");
  return Buffer.concat(contents.bytesContents.flatMap((text) => [lengthOf(text), text]));
}

function lengthOf({ byteLength }: Uint8Array): Uint8Array {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(byteLength);
  return prefix;
}

/** What is too wide for the datatype wraps around without a word, as in Triton. */
function encodeElements(
  datatype: Datatype,
  elements: readonly (boolean | number | bigint)[],
): Uint8Array {
  const { elementBytes } = datatypes[datatype];
  const raw = Buffer.alloc(elements.length * elementBytes);
  elements.forEach((element, index) => {
    const at = index * elementBytes;
    if (datatype === "FP32") raw.writeFloatLE(Number(element), at);
    else if (datatype === "FP64") raw.writeDoubleLE(Number(element), at);
    else {
      const bits = BigInt.asUintN(8 * elementBytes, BigInt(element));
      for (let byte = 0; byte < elementBytes; byte += 1) {
        raw[at + byte] = Number((bits >> BigInt(8 * byte)) & 0xffn);
      }
    }
  });
  return raw;
}
