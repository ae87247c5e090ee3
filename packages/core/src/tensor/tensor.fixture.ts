import fc from "fast-check";
import type { Datatype } from "./arrays.ts";
import { datatypes } from "./datatypes.ts";
import { encodeBytes, type BytesElement } from "./encode-bytes.ts";
import { parseRaw } from "./raw.ts";
import { elementCount, type Shape } from "./shape.ts";
import { createTensor, type Tensor, type TensorOf } from "./tensor.ts";

/** Up to three dimensions, among them 0 and the shape without any. */
export const anyShape: fc.Arbitrary<Shape> = fc.array(fc.integer({ min: 0, max: 4 }), {
  maxLength: 3,
});

const anyText = fc.string({ unit: "binary", maxLength: 20 });
const anyElement = fc.oneof<fc.Arbitrary<BytesElement>[]>(
  anyText,
  fc.uint8Array({ maxLength: 20 }),
);

/** Wire bytes of so many elements; text alone and only 0 and 1 where JSON has no more to offer. */
function anyWire(datatype: Datatype, count: number, forJson: boolean): fc.Arbitrary<Uint8Array> {
  if (datatype === "BYTES") {
    const element = forJson ? anyText : anyElement;
    return fc
      .array(element, { minLength: count, maxLength: count })
      .map((elements) => encodeBytes(elements).wire);
  }
  const length = count * datatypes[datatype].elementBytes;
  const max = datatype === "BOOL" && forJson ? 1 : 255;
  return fc.uint8Array({ minLength: length, maxLength: length, max });
}

/** A tensor of any elements: random bits, so also NaN, -0, infinities and both ends of integers. */
export function anyTensorOf<D extends Datatype>(
  datatype: D,
  { forJson = false, name = "x" }: { readonly forJson?: boolean; readonly name?: string } = {},
): fc.Arbitrary<TensorOf<D>> {
  return anyShape.chain((shape) => {
    const count = elementCount(shape) ?? 0;
    return anyWire(datatype, count, forJson).map((wire) =>
      createTensor(name, datatype, shape, parseRaw(datatype, wire, count)),
    );
  });
}

/** A tensor of one of the datatypes. */
export function anyTensor(
  names: readonly Datatype[],
  options: { readonly forJson?: boolean; readonly name?: string } = {},
): fc.Arbitrary<Tensor> {
  return fc
    .constantFrom(...names)
    .chain((name) => anyTensorOf(name, options) as fc.Arbitrary<Tensor>);
}
