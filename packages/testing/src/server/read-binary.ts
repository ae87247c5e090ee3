import { datatypes, parseRaw, type Tensor } from "@nereid/core/transport-kit";
import type { DataPlace } from "./read-data.ts";
import { Refusal } from "./refusal.ts";

/** Whose input it is, for the texts of refusals. */
export interface BinaryContext {
  readonly model: string;
  /** `[request id: …]` */
  readonly tag: string;
  /** Elements of a batch without rows count as one row. */
  readonly hasBatch: boolean;
}

const prefixBytes = 4;

/** Elements in binary form, copied out of the body. @throws Refusal with Triton's words */
export function readBinaryData(
  place: DataPlace,
  raw: Uint8Array,
  context: BinaryContext,
): Tensor["data"] {
  const { name, datatype, shape } = place;
  const { model, tag, hasBatch } = context;
  const count = shape.reduce((product, size) => product * size, 1);
  if (datatype === "BYTES") {
    checkTexts(name, raw, count, context);
  } else {
    const [rows = 1, ...rest] = shape;
    const least =
      hasBatch && rows === 0 ? rest.reduce((product, size) => product * size, 1) : count;
    checkSize(raw.byteLength, least * datatypes[datatype].elementBytes, {
      input: name,
      model,
      tag,
    });
  }
  return parseRaw(datatype, Uint8Array.from(raw), count);
}

/** Refuses an input whose bytes are not as many as its shape and datatype need. */
export function checkSize(
  found: number,
  expected: number,
  { input, model, tag }: { readonly input: string; readonly model: string; readonly tag: string },
): void {
  if (found === expected) return;
  throw new Refusal(
    400,
    `${tag} input byte size mismatch for input '${input}' for model '${model}'. Expected ${expected}, got ${found}`,
  );
}

/** Refuses length prefixes that do not add up. */
function checkTexts(
  name: string,
  raw: Uint8Array,
  expected: number,
  { model, tag }: BinaryContext,
): void {
  const count = countTexts(name, raw, { model, tag });
  if (count === expected) return;
  const text =
    count < expected
      ? `expected ${expected} string elements for inference input '${name}' for model '${model}', got ${count}`
      : `unexpected number of string elements ${count} for inference input '${name}' for model '${model}', expecting ${expected}`;
  throw new Refusal(400, `${tag} ${text}`);
}

function countTexts(
  name: string,
  raw: Uint8Array,
  { model, tag }: Pick<BinaryContext, "model" | "tag">,
): number {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  let count = 0;
  for (let at = 0; at < raw.byteLength; count += 1) {
    const left = raw.byteLength - at;
    if (left < prefixBytes) {
      throw new Refusal(
        400,
        `${tag} incomplete string length indicator for inference input '${name}' for model '${model}', expecting ${prefixBytes} bytes but only ${left} bytes available. Please make sure the string length indicator is in one buffer.`,
      );
    }
    const length = view.getUint32(at, true);
    if (length > left - prefixBytes) {
      throw new Refusal(
        400,
        `incomplete string data for inference input '${name}', expecting string of length ${length} but only ${left - prefixBytes} bytes available`,
        { isPlain: true },
      );
    }
    at += prefixBytes + length;
  }
  return count;
}
