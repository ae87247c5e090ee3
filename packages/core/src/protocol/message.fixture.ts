import type { EncodedMessage } from "./message.ts";

const encoder = new TextEncoder();

/** A message as one buffer, the way a server receives it. */
export function joinMessage({ header, chunks, bodyBytes }: EncodedMessage): Uint8Array {
  const body = new Uint8Array(bodyBytes);
  let offset = encoder.encodeInto(header, body).written;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

/** Text in UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A value as JSON in UTF-8. */
export function json(value: unknown): Uint8Array {
  return utf8(JSON.stringify(value));
}
