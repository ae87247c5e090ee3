/** A JSON header, its length in two bytes before it, and a binary tail behind it. */
export function binaryMessage(json: string, tail: Uint8Array): Uint8Array {
  const header = new TextEncoder().encode(json);
  const whole = new Uint8Array(2 + header.length + tail.length);
  whole.set([header.length & 0xff, header.length >> 8]);
  whole.set(header, 2);
  whole.set(tail, 2 + header.length);
  return whole;
}
