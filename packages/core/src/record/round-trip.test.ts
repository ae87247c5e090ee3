import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TensorMetadata } from "../protocol/metadata.ts";
import type { Datatype } from "../tensor/arrays.ts";
import { bindPlan } from "./bind-plan.ts";
import type { Field } from "./field.ts";
import {
  array,
  bfloat16,
  bool,
  bytes,
  float16,
  float32,
  float64,
  int16,
  int32,
  int64,
  int8,
  named,
  string,
  uint16,
  uint32,
  uint64,
  uint8,
} from "./fields.ts";

interface Case {
  readonly datatype: Datatype;
  readonly field: Field;
  readonly listField: Field;
  readonly element: fc.Arbitrary<unknown>;
}

const halves = fc.constantFrom(0, -0, 1, -2.5, 0.125, 1024, Infinity, -Infinity, Number.NaN);

function integers(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max });
}

const text = fc.string({ unit: "grapheme", maxLength: 6 }).filter((value) => value.isWellFormed());

const cases: readonly Case[] = [
  { datatype: "BOOL", field: bool(), listField: array(bool()), element: fc.boolean() },
  { datatype: "INT8", field: int8(), listField: array(int8()), element: integers(-128, 127) },
  {
    datatype: "INT16",
    field: int16(),
    listField: array(int16()),
    element: integers(-32768, 32767),
  },
  { datatype: "INT32", field: int32(), listField: array(int32()), element: fc.integer() },
  {
    datatype: "INT64",
    field: int64(),
    listField: array(int64()),
    element: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  },
  { datatype: "UINT8", field: uint8(), listField: array(uint8()), element: integers(0, 255) },
  { datatype: "UINT16", field: uint16(), listField: array(uint16()), element: integers(0, 65535) },
  {
    datatype: "UINT32",
    field: uint32(),
    listField: array(uint32()),
    element: integers(0, 4_294_967_295),
  },
  {
    datatype: "UINT64",
    field: uint64(),
    listField: array(uint64()),
    element: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  },
  { datatype: "FP16", field: float16(), listField: array(float16()), element: halves },
  { datatype: "BF16", field: bfloat16(), listField: array(bfloat16()), element: halves },
  { datatype: "FP32", field: float32(), listField: array(float32()), element: fc.float() },
  { datatype: "FP64", field: float64(), listField: array(float64()), element: fc.double() },
  { datatype: "BYTES", field: string(), listField: array(string()), element: text },
  {
    datatype: "BYTES",
    field: bytes(),
    listField: array(bytes()),
    element: fc.uint8Array({ maxLength: 6 }),
  },
];

/** Sends records through a model that gives back its input under another name. */
function echo(field: Field, own: TensorMetadata["shape"], maxBatchRows: number, values: unknown[]) {
  const datatype = field.datatype;
  const shape = maxBatchRows > 0 ? [-1, ...own] : own;
  const plan = bindPlan({
    metadata: {
      name: "echo",
      versions: [],
      platform: "test",
      maxBatchRows,
      inputs: [{ name: "in", datatype, shape }],
      outputs: [{ name: "out", datatype, shape }],
    },
    inputs: { value: named("in", field) },
    outputs: { value: named("out", field) },
  });
  const measured = values.map((value) => plan.inputs.measure({ value }));
  expect(new Set(measured.map(({ shapeKey }) => shapeKey)).size).toBe(1);
  const { tensors, accepted, rejected } = plan.inputs.encode(measured);
  expect(rejected).toEqual([]);
  expect(accepted).toEqual(values.map((_, index) => index));
  const outputs = tensors.map((tensor) => ({ ...tensor, name: "out" }));
  return { tensors, rows: plan.outputs.decode({ modelName: "echo", outputs }, values.length) };
}

/** Typed arrays and nested arrays as plain nested arrays. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array && !Array.isArray(value)) return [...value];
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>);
  return Array.isArray(value) ? value.map(plain) : value;
}

function nested(sizes: readonly number[], element: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return sizes.reduceRight<fc.Arbitrary<unknown>>(
    (inner, size) => fc.array(inner, { minLength: size, maxLength: size }),
    element,
  );
}

function listOfRank({ listField }: Case, rank: number): Field {
  return rank === 1 ? listField : array(listOfRank({ listField } as Case, rank - 1));
}

describe.each(cases)("$datatype as $field.form", (row) => {
  test("a list of any rank comes back as it went, batched and alone", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });
    const batches = sizes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        batched: fc.boolean(),
        values: fc.array(nested(shape, row.element), { minLength: 1, maxLength: 4 }),
      }),
    );
    fc.assert(
      fc.property(batches, ({ shape, batched, values }) => {
        const sent = batched ? values : values.slice(0, 1);
        const variable = shape.map(() => -1);
        const field = listOfRank(row, shape.length);
        const { tensors, rows } = echo(field, variable, batched ? 8 : 0, sent);
        expect(tensors[0]?.shape).toEqual(batched ? [sent.length, ...shape] : shape);
        expect(rows.map((found) => plain(Reflect.get(found, "value")))).toEqual(sent.map(plain));
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ["[1]", [1], 0, [1]],
    ["[batch, 1]", [1], 8, [3, 1]],
    ["[batch]", [], 8, [3]],
  ] as const)("scalars travel as %s", (_, own, maxBatchRows, shape) => {
    const [count = 1] = maxBatchRows > 0 ? shape : [1];
    const values = fc.array(row.element, { minLength: count, maxLength: count });
    fc.assert(
      fc.property(values, (sent) => {
        const { tensors, rows } = echo(row.field, own, maxBatchRows, sent);
        expect(tensors[0]?.shape).toEqual(shape);
        expect(rows.map((found) => plain(Reflect.get(found, "value")))).toEqual(sent.map(plain));
      }),
      { numRuns: 40 },
    );
  });
});
