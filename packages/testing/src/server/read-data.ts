import {
  datatypes,
  encodeBytes,
  parseRaw,
  type Datatype,
  type Tensor,
} from "@nereid/core/transport-kit";
import type { Json } from "./json.ts";
import { asList, wrongKind } from "./json-fields.ts";
import { Refusal } from "./refusal.ts";

/** What the elements are for. */
export interface DataPlace {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

const dataField = "Unable to parse 'data'";
const maxInt64 = 2n ** 63n - 1n;

/** Elements that a shape holds, as Triton counts those of JSON: none without a dimension. */
export function jsonElements(shape: readonly number[]): number {
  return shape.length === 0 ? 0 : shape.reduce((count, size) => count * size, 1);
}

/** Elements written in JSON, read as Triton reads them. @throws Refusal */
export function readJsonData({ name, datatype, shape }: DataPlace, data: Json): Tensor["data"] {
  const { json, elementBytes } = datatypes[datatype];
  if (!json) {
    throw new Refusal(
      400,
      `receiving ${datatype} data via JSON is not supported. Please use the binary data format for input ${name}`,
    );
  }
  const elements = flatten(asList(data, "data"));
  if (elements.length !== jsonElements(shape)) {
    throw new Refusal(500, `${dataField}: Shape does not match true shape of 'data' field`);
  }
  if (datatype === "BYTES") return encodeBytes(elements.map(toText));
  const bytes = new Uint8Array(elements.length * elementBytes);
  const view = new DataView(bytes.buffer);
  elements.forEach((element, index) => writeElement(view, index * elementBytes, datatype, element));
  return parseRaw(datatype, bytes, elements.length);
}

function flatten(data: readonly Json[]): readonly Json[] {
  return data.some(Array.isArray)
    ? data.flatMap((one) => (Array.isArray(one) ? flatten(one) : [one]))
    : data;
}

function toText(element: Json): string {
  if (typeof element === "string") return element;
  throw wrongKind("Unable to parse JSON bytes array", "string");
}

/** Little-endian bytes are written here, so that nothing is shared with the client's own writing. */
function writeElement(view: DataView, at: number, datatype: Datatype, element: Json): void {
  switch (datatype) {
    case "BOOL":
      view.setUint8(at, toBoolean(element));
      return;
    case "FP32":
      view.setFloat32(at, toNumber(element), true);
      return;
    case "FP64":
      view.setFloat64(at, toNumber(element), true);
      return;
    default:
      writeInteger(view, at, datatype, toInteger(datatype, element));
  }
}

/** What is too wide for the datatype wraps around without a word, as in Triton. */
function writeInteger(view: DataView, at: number, datatype: Datatype, value: bigint): void {
  for (let index = 0; index < datatypes[datatype].elementBytes; index += 1) {
    view.setUint8(at + index, Number(BigInt.asUintN(8, value >> BigInt(8 * index))));
  }
}

function toBoolean(element: Json): number {
  if (typeof element === "boolean") return Number(element);
  throw wrongKind(dataField, "boolean");
}

function toNumber(element: Json): number {
  if (typeof element === "number" || typeof element === "bigint") return Number(element);
  throw wrongKind(dataField, "double");
}

/** Only a token without point and exponent is a whole number. */
function toInteger(datatype: Datatype, element: Json): bigint {
  const isUnsigned = datatypes[datatype].min === 0n;
  const fits = typeof element === "bigint" && (isUnsigned ? element >= 0n : element <= maxInt64);
  if (fits) return element;
  throw wrongKind(dataField, isUnsigned ? "unsigned" : "signed");
}
