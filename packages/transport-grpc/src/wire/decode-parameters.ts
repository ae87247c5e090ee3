import type { ParameterValue } from "@nereid/core/transport-kit";
import {
  readDouble,
  readMessage,
  readText,
  readVarint64,
  readTag,
  skipField,
  type Reader,
} from "./reader.ts";

/** Parameters that are being read. Without a prototype, a stranger's `__proto__` stays data. */
export type ReadParameters = Record<string, ParameterValue>;

/** Reads one entry of a parameter map into it; a value of an unknown kind is left out. */
export function readParameter(reader: Reader, into: ReadParameters | undefined): ReadParameters {
  const parameters: ReadParameters = into ?? Object.create(null);
  const entry = readMessage(reader);
  let name = "";
  let value: ParameterValue | undefined;
  while (entry.at < entry.end) {
    const tag = readTag(entry);
    if (tag === 0x0a) name = readText(entry);
    else if (tag === 0x12) value = readChoice(readMessage(entry));
    else skipField(entry, tag);
  }
  if (value !== undefined) parameters[name] = value;
  return parameters;
}

function readChoice(choice: Reader): ParameterValue | undefined {
  let value: ParameterValue | undefined;
  while (choice.at < choice.end) {
    const tag = readTag(choice);
    switch (tag) {
      case 0x08:
        value = readVarint64(choice) !== 0n;
        break;
      case 0x10:
        value = fromBigInt(BigInt.asIntN(64, readVarint64(choice)));
        break;
      case 0x1a:
        value = readText(choice);
        break;
      case 0x21:
        value = readDouble(choice);
        break;
      case 0x28:
        value = fromBigInt(readVarint64(choice));
        break;
      default:
        skipField(choice, tag);
    }
  }
  return value;
}

/** As JSON gives it: a number where that is exact. */
export function fromBigInt(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
