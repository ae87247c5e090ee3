import fc from "fast-check";

/** One change to an input: what is done, where, and with which byte. */
type Edit = readonly [kind: number, place: number, value: number];

const edits = fc.array(fc.tuple(fc.nat(6), fc.nat(0xffff), fc.nat(0xff)), { maxLength: 4 });
const noise = fc.uint8Array({ maxLength: 64 });

/** Samples with up to four changes, and now and then bytes without any sense. */
export function mutated(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const changed = fc
    .tuple(fc.nat(Math.max(0, samples.length - 1)), edits)
    .map(([which, changes]) => changes.reduce(applyEdit, samples[which] ?? new Uint8Array()));
  return fc.oneof({ weight: 7, arbitrary: changed }, { weight: 1, arbitrary: noise });
}

function applyEdit(bytes: Uint8Array, [kind, place, value]: Edit): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(value);
  const at = place % bytes.length;
  const head = bytes.subarray(0, at);
  switch (kind) {
    case 0:
      return bytes.with(at, value === bytes[at] ? value ^ 0xff : value);
    case 1:
      return head;
    case 2:
      return concat(head, Uint8Array.of(value), bytes.subarray(at));
    case 3:
      return concat(head, bytes.subarray(at + 1 + (value % 8)));
    case 4:
      return concat(head, bytes.subarray(at, at + value), bytes.subarray(at));
    case 5:
      return concat(head, fourBytes[value % fourBytes.length] ?? head, bytes.subarray(at + 4));
    default:
      return concat(head, snippets[value % snippets.length] ?? head, bytes.subarray(at));
  }
}

/** Lengths and counts at the edges of what 32 bits hold. */
const fourBytes: readonly Uint8Array[] = [
  Uint8Array.of(0, 0, 0, 0),
  Uint8Array.of(0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0xff, 0xff, 0xff, 0x7f),
  Uint8Array.of(0, 0, 0, 0x80),
  Uint8Array.of(1, 0, 0, 0),
];

/** What parsers have tripped over before. */
const snippets: readonly Uint8Array[] = [
  "null",
  "-0",
  "1e999",
  "9007199254740993",
  "[]",
  "{}",
  '"__proto__":{}',
  '"id":"x",',
  "\\ud800",
  "\ufeff",
  "\r\n",
  "\r",
  "data:",
  "event: error\n",
  "${x}",
  "-1",
  "NaN",
  "[[[[[[[[",
].map((text) => new TextEncoder().encode(text));

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
