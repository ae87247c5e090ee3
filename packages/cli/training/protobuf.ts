/** A field of a protobuf message, encoded. */
export type Encoded = readonly number[] | Uint8Array;

const utf8 = new TextEncoder();

/** A whole number from 0 on, seven bits a byte. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}

/** An integer field. */
export function integer(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8), ...varint(value)]);
}

/** A field of known length: bytes, text or a message. */
export function block(field: number, content: string | Encoded): Uint8Array {
  const bytes = typeof content === "string" ? utf8.encode(content) : Uint8Array.from(content);
  return join([Uint8Array.from([...varint(field * 8 + 2), ...varint(bytes.length)]), bytes]);
}

/** A repeated integer field, packed. */
export function packed(field: number, values: readonly number[]): Uint8Array {
  return block(field, values.flatMap(varint));
}

/** Encoded fields, one after the other. */
export function join(parts: readonly Encoded[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
