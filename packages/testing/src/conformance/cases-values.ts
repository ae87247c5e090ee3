import {
  createTensor,
  encodeBytes,
  parseRaw,
  rawBytes,
  type FixedDatatype,
  type Tensor,
} from "@nereid/core/transport-kit";
import type { AnswerCase, ScriptCase } from "./conformance-case.ts";
import { callOf, expectThat } from "./expectations.ts";
import { countTo } from "./stream-requests.ts";

/** A tensor of one row from its elements' bits, each as hexadecimal digits, the highest first. */
function ofBits(datatype: FixedDatatype, ...elements: readonly string[]): Tensor {
  const bytes = Buffer.concat(elements.map((digits) => Buffer.from(digits, "hex").toReversed()));
  const data = parseRaw(datatype, Uint8Array.from(bytes), elements.length);
  // The data was read as the datatype says, which the type of the pair cannot say.
  return createTensor("IN", datatype, [1, elements.length], data) as Tensor;
}

/** Every power of two of a whole number's bits, and what lies beside it. */
function powers(datatype: FixedDatatype, bits: number): Tensor {
  const elements = countTo(bits).flatMap((power) =>
    [-1n, 0n, 1n].map((step) =>
      BigInt.asUintN(bits, 2n ** BigInt(power) + step)
        .toString(16)
        .padStart(bits / 4, "0"),
    ),
  );
  return ofBits(datatype, ...elements);
}

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const everyPair = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
const row = (length: number): readonly number[] => [1, length];

const values: readonly (readonly [what: string, tensor: Tensor])[] = [
  ["every value", createTensor("IN", "INT8", row(256), new Int8Array(everyByte.buffer))],
  ["every value", createTensor("IN", "UINT8", row(256), everyByte)],
  ["every value", createTensor("IN", "INT16", row(65_536), new Int16Array(everyPair.buffer))],
  ["every value", createTensor("IN", "UINT16", row(65_536), everyPair)],
  ["every power of two and its neighbours", powers("INT32", 32)],
  ["every power of two and its neighbours", powers("UINT32", 32)],
  ["every power of two and its neighbours", powers("INT64", 64)],
  ["every power of two and its neighbours", powers("UINT64", 64)],
  ["the least, the largest and subnormal values", ofBits("FP16", "7bff", "fbff", "0001", "83ff")],
  ["infinities, minus zero and quiet NaNs", ofBits("FP16", "7c00", "fc00", "8000", "7e01", "fe0f")],
  ["the least, the largest and subnormal values", ofBits("BF16", "7f7f", "ff7f", "0001", "807f")],
  ["infinities, minus zero and quiet NaNs", ofBits("BF16", "7f80", "ff80", "8000", "7fc1", "ffcf")],
  [
    "the least, the largest and subnormal values",
    ofBits("FP32", "7f7fffff", "ff7fffff", "00800000", "00000001", "807fffff"),
  ],
  ["quiet and signalling NaNs of either sign", ofBits("FP32", "7fc00001", "ffc12345", "7f812345")],
  [
    "the least, the largest and subnormal values",
    ofBits("FP64", "7fefffffffffffff", "ffefffffffffffff", "0000000000000001", "800fffffffffffff"),
  ],
  [
    "quiet and signalling NaNs of either sign",
    ofBits("FP64", "7ff8000000000001", "fff8123456789abc", "7ff0123456789abc"),
  ],
  ["one value", createTensor("IN", "BOOL", [1, 1], Uint8Array.of(1))],
  ["one empty text", createTensor("IN", "BYTES", [1, 1], encodeBytes([""]))],
  ["empty texts alone", createTensor("IN", "BYTES", [2, 3], encodeBytes(["", "", "", "", "", ""]))],
  [
    "texts of every length below 300",
    createTensor(
      "IN",
      "BYTES",
      row(300),
      encodeBytes(countTo(300).map((size) => "x".repeat(size))),
    ),
  ],
  [
    "text beyond the basic plane and control characters",
    createTensor(
      "IN",
      "BYTES",
      row(3),
      encodeBytes(["😀𝕏", "e\u0301\u200b\ufeff", "\u0001\t\r\n\u007f"]),
    ),
  ],
  [
    "the bytes of a lone surrogate",
    createTensor("IN", "BYTES", row(1), encodeBytes([Uint8Array.of(0xed, 0xa0, 0x80)])),
  ],
];

/** What each datatype can hold at most, to the bit. */
export const valueCases: readonly AnswerCase[] = values.map(([what, tensor]) => ({
  name: `${tensor.datatype} carries ${what}`,
  request: { model: { name: `echo_${tensor.datatype.toLowerCase()}` }, inputs: [tensor] },
  outputs: [{ ...tensor, name: "OUT" }],
}));

const largeElements = 16 * 1024 * 1024;

/** What is too large, or too wrong, to be written into a table. */
export const valueScripts: readonly ScriptCase[] = [
  {
    name: "text with a lone surrogate is refused before it travels",
    async script() {
      expectThat(() => encodeBytes(["a\ud800"])).toThrow(
        expectThat.objectContaining({ code: "encode", delivery: "not-sent" }),
      );
    },
  },
  {
    name: "a 64 MiB tensor comes back whole",
    async script(transport) {
      const data = new Float32Array(largeElements);
      for (let index = 0; index < largeElements; index += 1) data[index] = index;
      const tensor = createTensor("IN", "FP32", row(data.length), data);
      const request = { model: { name: "echo_fp32" }, inputs: [tensor] };
      const { outputs } = await transport.infer(request, callOf());
      const [output] = outputs;
      expectThat(output?.shape).toEqual(tensor.shape);
      const bytes = output === undefined ? new Uint8Array() : rawBytes(output);
      expectThat(Buffer.compare(bytes, new Uint8Array(data.buffer))).toBe(0);
    },
  },
];
