import { encodeBytes, parseBytes, textsOf, type BytesArray } from "@nereid/core/transport-kit";
import type { WorkComparison, Work } from "../measure/compare-work.ts";
import { repeat } from "./repeat.ts";

const count = 1000;
const times = 20;
const unit = "CPU µs per 1,000 strings";

const ascii = Array.from({ length: count }, (_, index) => `item-${index}-of-many`);
const other = Array.from({ length: count }, (_, index) => `größe-${index}-日本`);

/** One `Buffer.from` for each string, joined behind their lengths. */
function naive(texts: readonly string[]): number {
  const parts: Buffer[] = [];
  for (const text of texts) {
    const bytes = Buffer.from(text);
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32LE(bytes.length);
    parts.push(prefix, bytes);
  }
  return Buffer.concat(parts).length;
}

/** Bytes of an answer, whose lengths were read and checked or are to be, as text. */
const ourDecode = (parse: (array: BytesArray) => BytesArray) => (): Work => {
  const array = encodeBytes(ascii);
  return repeat(times, () => {
    let length = 0;
    for (const text of textsOf(parse(array))) length += text?.length ?? 0;
    return length;
  });
};

/** `toString` of each element, which takes bytes that are not UTF-8 for text. */
const ordinaryDecode = (): Work => {
  const { wire } = encodeBytes(ascii);
  const buffer = Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength);
  return repeat(times, () => {
    let length = 0;
    for (let offset = 0; offset < buffer.length;) {
      const end = offset + 4 + buffer.readUInt32LE(offset);
      length += buffer.toString("utf8", offset + 4, end).length;
      offset = end;
    }
    return length;
  });
};

/** The same where the places are known. */
const decodeInPlace = (): Work => {
  const { wire, starts } = encodeBytes(ascii);
  const buffer = Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength);
  return repeat(times, () => {
    let length = 0;
    for (let index = 0; index < count; index += 1) {
      const end = (starts[index + 1] ?? buffer.length + 4) - 4;
      length += buffer.toString("utf8", starts[index], end).length;
    }
    return length;
  });
};

/** Strings to and from the form that travels. */
export const texts: readonly Omit<WorkComparison, "suite">[] = [
  {
    what: "strings encoded / Buffer.from each",
    workload: "1,000 short ASCII strings",
    unit,
    measure: "ours / theirs",
    goal: { most: 0.25 },
    ours: () => repeat(times, () => encodeBytes(ascii).wire.byteLength),
    theirs: () => repeat(times, () => naive(ascii)),
  },
  {
    what: "strings encoded / Buffer.from each",
    workload: "1,000 short strings, not ASCII",
    unit,
    measure: "ours / theirs",
    ours: () => repeat(times, () => encodeBytes(other).wire.byteLength),
    theirs: () => repeat(times, () => naive(other)),
  },
  {
    what: "strings decoded / toString each",
    workload: "1,000 short ASCII strings",
    unit,
    measure: "ours / theirs",
    goal: { most: 0.2 },
    note: "ours finds bytes that are not UTF-8, which toString does not",
    ours: ourDecode((array) => array),
    theirs: decodeInPlace,
  },
  {
    what: "strings decoded, their lengths read / toString each",
    workload: "1,000 short ASCII strings",
    unit,
    measure: "ours / theirs",
    note: "ours checks each length against what is there, and where all end",
    ours: ourDecode(({ wire, length }) => parseBytes(wire, length)),
    theirs: ordinaryDecode,
  },
];
