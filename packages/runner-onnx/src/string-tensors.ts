const prefixBytes = 4;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The texts of a BYTES tensor. @throws TypeError when an element is not UTF-8 */
export function readTexts(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  let offset = 0;
  while (offset < bytes.byteLength) {
    const start = offset + prefixBytes;
    offset = start + view.getUint32(offset, true);
    texts.push(utf8.decode(bytes.subarray(start, offset)));
  }
  return texts;
}

/** Texts as a BYTES tensor. */
export function writeTexts(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const elements = texts.map((text) => Buffer.from(text, "utf8"));
  const whole = new Uint8Array(
    elements.reduce((sum, { byteLength }) => sum + prefixBytes + byteLength, 0),
  );
  const view = new DataView(whole.buffer);
  let offset = 0;
  for (const element of elements) {
    view.setUint32(offset, element.byteLength, true);
    whole.set(element, offset + prefixBytes);
    offset += prefixBytes + element.byteLength;
  }
  return whole;
}
