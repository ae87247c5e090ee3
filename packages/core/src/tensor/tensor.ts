import { EncodeError } from "../errors/errors.ts";
import type { Arrays, Datatype } from "./arrays.ts";
import { elementCount, formatShape, type Shape } from "./shape.ts";

/** A named array of one datatype. */
export interface TensorOf<D extends Datatype> {
  readonly name: string;
  readonly datatype: D;
  readonly shape: Shape;
  /** As many elements as the shape says, in row-major order. */
  readonly data: Arrays[D];
}

/** A tensor of any datatype; `switch (tensor.datatype)` narrows `data`. */
export type Tensor = { readonly [D in Datatype]: TensorOf<D> }[Datatype];

/**
 * Makes a tensor, checking that the data has as many elements as the shape says. The data is not
 * copied: it must not change until the request is settled.
 *
 * @throws EncodeError when the shape is impossible or the element counts differ
 */
export function createTensor<D extends Datatype>(
  name: string,
  datatype: D,
  shape: Shape,
  data: Arrays[D],
): TensorOf<D> {
  const expected = elementCount(shape);
  if (expected === undefined) {
    throw new EncodeError(
      `tensor "${name}": expected dimensions that are whole numbers from 0 on, found ${formatShape(shape)}`,
    );
  }
  if (data.length !== expected) {
    throw new EncodeError(
      `tensor "${name}": expected ${expected} elements for ${formatShape(shape)}, found ${data.length}`,
    );
  }
  return { name, datatype, shape, data };
}
