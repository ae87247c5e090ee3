import { EncodeError } from "../errors/errors.ts";
import type { ParameterValue, Parameters } from "./request.ts";

/** ASCII in which JSON escapes nothing; most names are. */
const verbatim = /^[\u0020\u0021\u0023-\u005b\u005d-\u007e]*$/;
const beyondAscii = /[\u007f-\uffff]/g;

/** A JSON string in ASCII alone, so that its characters are its bytes. */
export function quote(text: string): string {
  if (verbatim.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    beyondAscii,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Parameters as members of a JSON object, each after a comma.
 *
 * @throws EncodeError for a number that is not finite and an integer of more than 64 bits
 */
export function encodeParameters(parameters: Parameters): string {
  let members = "";
  for (const [name, value] of Object.entries(parameters)) {
    members += `,${quote(name)}:${encodeParameter(name, value)}`;
  }
  return members;
}

function encodeParameter(name: string, value: ParameterValue): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "boolean":
      return String(value);
    case "bigint":
      return encodeBigint(name, value);
    case "number":
      return String(requireFinite(name, value));
    default:
      return encodeDouble(requireFinite(name, value.double));
  }
}

function encodeBigint(name: string, value: bigint): string {
  if (BigInt.asIntN(64, value) === value) return String(value);
  throw new EncodeError(`parameter "${name}": expected an integer of 64 bits, found a larger one`);
}

function requireFinite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new EncodeError(`parameter "${name}": expected a finite number, found one that is not`);
}

/** JSON tells the double 1.0 from the integer 1 by the point alone. */
function encodeDouble(value: number): string {
  const digits = Object.is(value, -0) ? "-0" : String(value);
  return Number.isInteger(value) && !digits.includes("e") ? `${digits}.0` : digits;
}
