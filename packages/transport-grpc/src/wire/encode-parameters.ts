import type { Parameters, ParameterValue } from "@nereid/core/transport-kit";
import {
  beginMessage,
  endMessage,
  writeByte,
  writeDouble,
  writeText,
  writeVarint64,
  type Writer,
} from "./writer.ts";

const mapKey = 0x0a;
const mapValue = 0x12;

/** Tags of `InferParameter`, one for each kind. */
const kinds = { bool: 0x08, int64: 0x10, text: 0x1a, double: 0x21, uint64: 0x28 } as const;

const maxInt64 = 2n ** 63n - 1n;

/** Writes each parameter as an entry of a map field. */
export function writeParameters(writer: Writer, tag: number, parameters: Parameters): void {
  for (const name of Object.keys(parameters)) {
    const value = parameters[name];
    if (value !== undefined) writeParameter(writer, tag, name, value);
  }
}

/**
 * Writes one entry of a parameter map. Whole numbers travel as `int64`, beyond its range as `uint64`,
 * and others as `double`, so that both transports hand the same value to the model.
 */
export function writeParameter(
  writer: Writer,
  tag: number,
  name: string,
  value: ParameterValue,
): void {
  const entry = beginMessage(writer, tag);
  writeText(writer, mapKey, name);
  const choice = beginMessage(writer, mapValue);
  writeChoice(writer, value);
  endMessage(writer, choice);
  endMessage(writer, entry);
}

/** A choice is written even when it is false or 0: that it is there says of which kind it is. */
function writeChoice(writer: Writer, value: ParameterValue): void {
  if (typeof value === "string") writeText(writer, kinds.text, value);
  else if (typeof value === "boolean") {
    writeByte(writer, kinds.bool);
    writeByte(writer, Number(value));
  } else if (typeof value === "object") writeDouble(writer, kinds.double, value.double);
  else if (typeof value === "number" && !Number.isSafeInteger(value)) {
    writeDouble(writer, kinds.double, value);
  } else writeInteger(writer, BigInt(value));
}

/**
 * Writes a sequence id. Triton 2.51 takes it as text or as `int64`, whose bits it reads without a sign.
 */
export function writeSequenceId(
  writer: Writer,
  tag: number,
  name: string,
  id: string | bigint,
): void {
  writeParameter(writer, tag, name, typeof id === "string" ? id : BigInt.asIntN(64, id));
}

function writeInteger(writer: Writer, value: bigint): void {
  writeByte(writer, value > maxInt64 ? kinds.uint64 : kinds.int64);
  writeVarint64(writer, value);
}
