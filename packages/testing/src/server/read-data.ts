import {
  datatypes,
  elementCount,
  encodeBytes,
  parseRaw,
  type Datatype,
  type JsonValue,
  type Tensor,
} from "@nereid/core/transport-kit";
import { Refusal } from "./refusal.ts";

/** Elements written in JSON, read as Triton reads them: whole tokens for integers, words for booleans. */
export function readJsonData(
  datatype: Datatype,
  shape: readonly number[],
  data: JsonValue,
): Tensor["data"] {
  const elements = Array.isArray(data) ? data.flat(100) : [data];
  if (elements.length !== elementCount(shape)) {
    throw new Refusal(
      500,
      "Unable to parse 'data': Shape does not match true shape of 'data' field",
    );
  }
  if (!datatypes[datatype].json) {
    throw new Refusal(
      400,
      `sending ${datatype} data via JSON is not supported. Please use the binary data format for input`,
    );
  }
  if (datatype === "BYTES") return encodeBytes(elements.map(toText));
  return parseRaw(datatype, toBytes(datatype, elements), elements.length);
}

function toText(element: JsonValue): string {
  if (typeof element === "string") return element;
  throw new Refusal(500, "Unable to parse 'data': attempt to access JSON non-string as string");
}

/** Writes little-endian bytes, so that nothing is shared with the client's own writing of arrays. */
function toBytes(datatype: Datatype, elements: readonly JsonValue[]): Uint8Array {
  const { elementBytes, kind } = datatypes[datatype];
  const bytes = new Uint8Array(elements.length * elementBytes);
  const view = new DataView(bytes.buffer);
  elements.forEach((element, index) => {
    const at = index * elementBytes;
    if (kind === "boolean") view.setUint8(at, toBoolean(element));
    else if (datatype === "FP32") view.setFloat32(at, toNumber(element), true);
    else if (datatype === "FP64") view.setFloat64(at, toNumber(element), true);
    else writeInteger(view, at, elementBytes, toInteger(element));
  });
  return bytes;
}

/** Out of range wraps around without a word, as in Triton. */
function writeInteger(view: DataView, at: number, bytes: number, value: bigint): void {
  for (let index = 0; index < bytes; index += 1) {
    view.setUint8(at + index, Number(BigInt.asUintN(8, value >> BigInt(8 * index))));
  }
}

function toBoolean(element: JsonValue): number {
  if (typeof element === "boolean") return Number(element);
  throw new Refusal(500, "Unable to parse 'data': attempt to access JSON non-boolean as boolean");
}

function toNumber(element: JsonValue): number {
  if (typeof element === "number" || typeof element === "bigint") return Number(element);
  throw new Refusal(500, "Unable to parse 'data': attempt to access JSON non-number as number");
}

function toInteger(element: JsonValue): bigint {
  if (typeof element === "bigint") return element;
  if (typeof element === "number" && Number.isInteger(element)) return BigInt(element);
  throw new Refusal(
    500,
    "Unable to parse 'data': attempt to access JSON non-signed-integer as signed-integer",
  );
}
