/** Where the fields of a message lead. */
type MessageName = keyof typeof messages;

/** Messages of onnx.proto through which a tensor can be reached, by the numbers of their fields. */
const messages = {
  model: { 7: "graph", 20: "training", 25: "function" },
  training: { 1: "graph", 2: "graph" },
  function: { 7: "node", 11: "attribute" },
  graph: { 1: "node", 5: "tensor", 15: "sparse" },
  node: { 5: "attribute" },
  attribute: { 5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse" },
  sparse: { 1: "tensor", 2: "tensor" },
  tensor: { 13: "entry" },
  entry: {},
} as const;
const dataLocation = 14;
const external = 1;

interface Field {
  readonly number: number;
  /** Absent where the field is no number of this size. */
  readonly value?: number;
  /** Absent where the field has no bytes. */
  readonly content?: Uint8Array;
}

/**
 * Finds the files beside a model that hold the data of its tensors, as they are written in it. The walk
 * refuses what parsers may read in more than one way, so that none finds what it has not seen.
 *
 * @throws TypeError for bytes that are no ONNX model, and for external data without a place
 */
export function externalLocations(model: Uint8Array): readonly string[] {
  const found: string[] = [];
  // A list and no recursion: graphs lie in graphs as deep as a file likes.
  const waiting: { readonly kind: MessageName; readonly bytes: Uint8Array }[] = [
    { kind: "model", bytes: model },
  ];
  for (let message = waiting.pop(); message !== undefined; message = waiting.pop()) {
    const inner: Readonly<Record<number, MessageName>> = messages[message.kind];
    let isExternal = false;
    let places = 0;
    for (const { number, value, content } of fieldsOf(message.bytes)) {
      const kind = inner[number];
      if (kind === "entry" && content !== undefined) {
        isExternal = true;
        const written = placesIn(content);
        places += written.length;
        found.push(...written);
      } else if (kind !== undefined && content !== undefined) {
        waiting.push({ kind, bytes: content });
      } else if (message.kind === "tensor" && number === dataLocation && value === external) {
        isExternal = true;
      }
    }
    if (isExternal && places === 0) {
      throw new TypeError("expected a place for external data, found none");
    }
  }
  return found;
}

/** A pair of texts, of which those with the key `location` name a file. */
function placesIn(entry: Uint8Array): string[] {
  const texts = new TextDecoder("utf-8", { fatal: true });
  const [keys, values]: [string[], string[]] = [[], []];
  for (const { number, content } of fieldsOf(entry)) {
    if (content === undefined) continue;
    if (number === 1) keys.push(texts.decode(content));
    if (number === 2) values.push(texts.decode(content));
  }
  return keys.includes("location") ? values : [];
}

function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (longest: number): number => {
    let value = 0;
    for (let index = 0; index < longest; index += 1) {
      const byte = bytes[at];
      if (byte === undefined) break;
      at += 1;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    throw notOnnx();
  };
  while (at < bytes.length) {
    const tag = varint(5);
    const number = Math.floor(tag / 8);
    // Beyond 32 bits some cut the tag and some refuse it.
    if (number === 0 || tag > 0xff_ff_ff_ff) throw notOnnx();
    const wireType = tag % 8;
    if (wireType === 0) {
      yield { number, value: varint(10) };
      continue;
    }
    const length = wireType === 2 ? varint(5) : fixedLengths[wireType];
    if (length === undefined || length > bytes.length - at) throw notOnnx();
    const content = bytes.subarray(at, at + length);
    at += length;
    yield wireType === 2 ? { number, content } : { number };
  }
}

/** By wire type. Groups are in no ONNX file. */
const fixedLengths: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

function notOnnx(): TypeError {
  return new TypeError("expected an ONNX model, found other bytes");
}
