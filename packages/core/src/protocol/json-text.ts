import { EncodeError } from "../errors/errors.ts";
import type { ParameterValue, Parameters } from "./request.ts";

const beyondAscii = /[\u007f-\uffff]/g;

/** A JSON string in ASCII alone, so that its characters are its bytes. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(
    beyondAscii,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Parameters as a JSON object, without the braces; `extra` entries are JSON text already. */
export function encodeParameters(parameters: Parameters, extra: readonly string[] = []): string {
  const own = Object.entries(parameters).map(
    ([name, value]) => `${quote(name)}:${encodeParameter(name, value)}`,
  );
  return [...extra, ...own].join(",");
}

function encodeParameter(name: string, value: ParameterValue): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  const number = typeof value === "number" ? value : value.double;
  if (!Number.isFinite(number)) {
    throw new EncodeError(`parameter "${name}": expected a finite number, found one that is not`);
  }
  // JSON has no other way to tell the double 1.0 from the integer 1.
  return typeof value !== "number" && Number.isInteger(number) && Math.abs(number) < 1e21
    ? `${number}.0`
    : String(number);
}
