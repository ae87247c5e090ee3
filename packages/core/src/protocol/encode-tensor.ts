import { EncodeError } from "../errors/errors.ts";
import { datatypes } from "../tensor/datatypes.ts";
import { rawBytes } from "../tensor/raw.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { textsOf } from "../tensor/texts.ts";
import { quote } from "./json-text.ts";
import { reserved } from "./parameters.ts";

/** How tensors that are not in binary form are written. */
export interface JsonForm {
  /**
   * Write NaN and Infinity as the bare words that Triton reads and writes. Default: refuse them, for
   * JSON has no such words.
   */
  readonly allowNonFinite?: boolean;
}

/**
 * A tensor's entry in `inputs` or `outputs`.
 *
 * @param chunks - where the tensor's bytes go, not copied; undefined: they are written as JSON
 * @throws EncodeError when the tensor has no JSON form
 */
export function encodeTensor(
  tensor: Tensor,
  chunks: Uint8Array[] | undefined,
  form: JsonForm,
): string {
  const { name, datatype, shape } = tensor;
  const head = `{"name":${quote(name)},"datatype":"${datatype}","shape":[${shape.join(",")}]`;
  if (chunks === undefined) return `${head},"data":[${encodeData(tensor, form)}]}`;
  const raw = rawBytes(tensor);
  if (raw.byteLength > 0) chunks.push(raw);
  return `${head},"parameters":{"${reserved.binaryDataSize}":${raw.byteLength}}}`;
}

/**
 * A tensor's elements as JSON, with commas between them and without brackets around them.
 *
 * @throws EncodeError when the tensor has no JSON form
 */
export function encodeData(tensor: Tensor, form: JsonForm): string {
  if (!datatypes[tensor.datatype].json) {
    throw new EncodeError(
      `tensor "${tensor.name}": expected a datatype that JSON can carry, found ${tensor.datatype}; it travels in binary form only`,
    );
  }
  switch (tensor.datatype) {
    case "BOOL":
      return Array.from(tensor.data, (value) => value !== 0).join(",");
    case "BYTES":
      return encodeTexts(tensor);
    case "FP32":
    case "FP64":
      return encodeFloats(tensor.name, tensor.data, form);
    default:
      return tensor.data.join(",");
  }
}

function encodeTexts({ name, data }: Extract<Tensor, { readonly datatype: "BYTES" }>): string {
  const texts = textsOf(data).map((text, index) => {
    if (text !== undefined) return quote(text);
    throw new EncodeError(
      `tensor "${name}": expected element ${index} to be UTF-8, found bytes that are not; they travel in binary form only`,
    );
  });
  return texts.join(",");
}

function encodeFloats(
  name: string,
  data: Float32Array | Float64Array,
  { allowNonFinite = false }: JsonForm,
): string {
  if (!allowNonFinite && !data.every(Number.isFinite)) {
    throw new EncodeError(
      `tensor "${name}": expected finite numbers, found NaN or Infinity; they travel in binary form only`,
    );
  }
  return Array.from(data, (value) => (Object.is(value, -0) ? "-0.0" : String(value))).join(",");
}
