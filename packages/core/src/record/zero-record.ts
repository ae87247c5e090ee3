import type { ModelMetadata } from "../protocol/metadata.ts";
import type { Tensor, TensorOf } from "../tensor/tensor.ts";
import type { Datatype } from "../tensor/arrays.ts";
import { datatypes } from "../tensor/datatypes.ts";
import { encodeBytes } from "../tensor/encode-bytes.ts";
import { elementCount } from "../tensor/shape.ts";

/** Tensors of zeros (empty texts) in the shapes that a model declares; variable dimensions are 1. */
export function zeroInputs({ inputs }: ModelMetadata): readonly Tensor[] {
  return inputs
    .filter(({ optional }) => optional !== true)
    .map(({ name, datatype, shape }) => {
      const sizes = shape.map((size) => (size === -1 ? 1 : size));
      const data = zeros(datatype, elementCount(sizes) ?? 0);
      return { name, datatype, shape: sizes, data } as TensorOf<Datatype> as Tensor;
    });
}

function zeros(datatype: Datatype, count: number): Tensor["data"] {
  if (datatype === "BYTES") return encodeBytes(Array.from({ length: count }, () => ""));
  return new datatypes[datatype].arrayType(count);
}
