import {
  createTensor,
  encodeBfloat16,
  encodeBytes,
  encodeFloat16,
  type Tensor,
} from "@nereid/core/transport-kit";
import type { AnswerCase } from "./conformance-case.ts";

const { MAX_VALUE, MIN_VALUE, NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Elements worth sending, by what is special about them. */
const samples: readonly (readonly [what: string, tensor: Tensor])[] = [
  ["both values", createTensor("IN", "BOOL", [1, 3], Uint8Array.of(1, 0, 1))],
  ["extremes", createTensor("IN", "INT8", [1, 3], Int8Array.of(-128, 0, 127))],
  ["extremes", createTensor("IN", "INT16", [1, 3], Int16Array.of(-32768, -1, 32767))],
  ["extremes", createTensor("IN", "INT32", [1, 2], Int32Array.of(-(2 ** 31), 2 ** 31 - 1))],
  [
    "extremes and odd numbers beyond 2^53",
    createTensor(
      "IN",
      "INT64",
      [1, 3],
      BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n, 2n ** 63n - 1n),
    ),
  ],
  ["extremes", createTensor("IN", "UINT8", [1, 2], Uint8Array.of(0, 255))],
  ["extremes", createTensor("IN", "UINT16", [1, 2], Uint16Array.of(0, 65535))],
  ["extremes", createTensor("IN", "UINT32", [1, 2], Uint32Array.of(0, 2 ** 32 - 1))],
  ["extremes", createTensor("IN", "UINT64", [1, 2], BigUint64Array.of(0n, 2n ** 64n - 1n))],
  [
    "rounded values",
    createTensor("IN", "FP16", [1, 3], Uint16Array.from([0.1, -2, 65504], encodeFloat16)),
  ],
  [
    "rounded values",
    createTensor("IN", "BF16", [1, 3], Uint16Array.from([0.1, -2, 1e38], encodeBfloat16)),
  ],
  [
    "values that double precision cannot tell",
    createTensor("IN", "FP32", [1, 3], Float32Array.of(0.1, 1e-45, 3.4e38)),
  ],
  [
    "NaN, infinities and minus zero",
    createTensor("IN", "FP32", [1, 4], Float32Array.of(nan, infinity, -infinity, -0)),
  ],
  [
    "a NaN with a payload of its own",
    createTensor("IN", "FP32", [1, 1], new Float32Array(Uint32Array.of(0x7fc1_2345).buffer)),
  ],
  ["extremes", createTensor("IN", "FP64", [1, 3], Float64Array.of(MAX_VALUE, MIN_VALUE, 0.1))],
  [
    "NaN, infinities and minus zero",
    createTensor("IN", "FP64", [1, 4], Float64Array.of(nan, infinity, -infinity, -0)),
  ],
  [
    "empty, ASCII and further text",
    createTensor("IN", "BYTES", [1, 4], encodeBytes(["", "a", "é", '日本\n"\\'])),
  ],
  ["a NUL inside", createTensor("IN", "BYTES", [1, 1], encodeBytes(["a\u0000b"]))],
  [
    "every single byte",
    createTensor(
      "IN",
      "BYTES",
      [1, 256],
      encodeBytes(Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte))),
    ),
  ],
  [
    "bytes that are not UTF-8",
    createTensor(
      "IN",
      "BYTES",
      [1, 2],
      encodeBytes([Uint8Array.of(0xff, 0x00, 0xed, 0xa0, 0x80), ""]),
    ),
  ],
];

/** A tensor with its rows repeated. */
function repeated(tensor: Tensor, rows: number): Tensor {
  const [, width = 0] = tensor.shape;
  if (tensor.datatype === "BYTES") {
    const wire = Buffer.concat(Array.from({ length: rows }, () => tensor.data.wire));
    const starts = Array.from({ length: rows }, (_, row) =>
      Array.from(tensor.data.starts, (start) => start + row * tensor.data.wire.byteLength),
    );
    const data = { length: rows * width, wire, starts: Uint32Array.from(starts.flat()) };
    return { ...tensor, shape: [rows, width], data };
  }
  const data = tensor.data.slice();
  // The constructor is that of the tensor's own array, which the union hides.
  const Vector = data.constructor as new (length: number) => typeof data;
  const whole = new Vector(rows * data.length);
  for (let row = 0; row < rows; row += 1)
    Reflect.apply(whole.set, whole, [data, row * data.length]);
  return { ...tensor, shape: [rows, width], data: whole } as Tensor;
}

function echoCase(name: string, tensor: Tensor): AnswerCase {
  return {
    name,
    request: { model: { name: `echo_${tensor.datatype.toLowerCase()}` }, inputs: [tensor] },
    outputs: [{ ...tensor, name: "OUT" }],
  };
}

function emptyOf(tensor: Tensor): Tensor {
  const data = tensor.datatype === "BYTES" ? encodeBytes([]) : tensor.data.subarray(0, 0);
  return { ...tensor, shape: [1, 0], data } as Tensor;
}

const firstOfEach = samples.filter(
  ([, { datatype }], index) =>
    samples.findIndex(([, other]) => other.datatype === datatype) === index,
);

/** Every datatype both ways: what is special, many rows, and no elements. */
export const datatypeCases: readonly AnswerCase[] = [
  ...samples.map(([what, tensor]) => echoCase(`${tensor.datatype} carries ${what}`, tensor)),
  ...firstOfEach.map(([, tensor]) =>
    echoCase(`${tensor.datatype} carries a batch of 33 rows`, repeated(tensor, 33)),
  ),
  ...firstOfEach.map(([, tensor]) =>
    echoCase(`${tensor.datatype} carries a tensor without elements`, emptyOf(tensor)),
  ),
];
