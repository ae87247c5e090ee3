import type { Datatype } from "../tensor/arrays.ts";
import { datatypes } from "../tensor/datatypes.ts";
import type { Field } from "./field.ts";

/** What a value is, without telling its content. */
export function describeValue(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (typeof value === "number") return describeNumber(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return ArrayBuffer.isView(value) ? "a typed array" : "an object";
}

function describeNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return "an infinite number";
  return Number.isInteger(value) ? "an integer out of range" : "a number with a fraction";
}

/** What a field's single element must be. */
export function describeElement({ datatype, form }: Pick<Field, "datatype" | "form">): string {
  if (form === "text") return "well-formed text";
  if (form === "bytes") return "a Uint8Array";
  return describeDatatype(datatype);
}

function describeDatatype(datatype: Datatype): string {
  const { kind, min, max } = datatypes[datatype];
  if (kind === "boolean") return "true or false";
  return min === undefined ? "a number" : `an integer from ${min} to ${max}`;
}
