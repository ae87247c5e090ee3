import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBytes } from "../tensor/encode-bytes.ts";
import { createTensor } from "../tensor/tensor.ts";
import { encodeRequest } from "./encode-request.ts";
import { createRequestEncoder } from "./request-encoder.ts";
import type { InferenceRequest } from "./request.ts";

const outputLists: readonly InferenceRequest["outputs"][] = [
  undefined,
  [],
  [{ name: "y" }],
  [{ name: "y" }, { name: "z" }],
];

const tensor = fc
  .record({
    name: fc.constantFrom("a", "b", 'quoted "ä"'),
    kind: fc.constantFrom("FP32", "INT32", "BYTES"),
    shape: fc.constantFrom<number[]>([0], [1], [2], [1, 2], [2, 1]),
    text: fc.constantFrom("", "x", "äx"),
  })
  .map(({ name, kind, shape, text }) => {
    const count = shape.reduce<number>((product, size) => product * size, 1);
    const texts = Array.from({ length: count }, () => text);
    if (kind === "BYTES") return createTensor(name, "BYTES", shape, encodeBytes(texts));
    return kind === "FP32"
      ? createTensor(name, "FP32", shape, new Float32Array(count))
      : createTensor(name, "INT32", shape, new Int32Array(count));
  });

const request = fc
  .record({
    model: fc.constantFrom({ name: "m" }, { name: "other" }),
    inputs: fc.array(tensor, { maxLength: 2 }),
    outputs: fc.constantFrom(...outputLists),
    more: fc.constantFrom<Partial<InferenceRequest>>(
      {},
      {},
      {},
      { priority: 2 },
      { queueTimeoutUs: 3 },
      { parameters: { own: true } },
      { sequence: { id: "s", start: true, end: false } },
    ),
  })
  .map(({ outputs, more, ...rest }): InferenceRequest => {
    return { ...rest, ...(outputs === undefined ? {} : { outputs }), ...more };
  });

test("a writer that remembers headers writes what one without memory writes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ request, binary: fc.boolean(), aligned: fc.boolean() }), {
        maxLength: 30,
      }),
      (steps) => {
        const encode = createRequestEncoder();
        for (const [index, { request, ...form }] of steps.entries()) {
          const id = `id-${index}`;
          // Twice, so that every request is written from memory too.
          for (const again of [id, `${id} "again"`]) {
            const expected = encodeRequest(request, { id: again, ...form });
            expect(encode(request, { id: again, ...form })).toEqual(expected);
          }
        }
      },
    ),
  );
});

test("what is refused once is refused again", () => {
  const encode = createRequestEncoder();
  const inputs = [createTensor("a", "FP32", [1], new Float32Array(1))];
  const outputs = [{ name: "y", classification: 0 }];
  for (const id of ["1", "2"]) {
    expect(() => encode({ model: { name: "m" }, inputs, outputs }, { id, binary: true })).toThrow(
      "classification",
    );
  }
});
