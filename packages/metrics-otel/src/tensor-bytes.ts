import type { Tensor } from "@nereid/core/transport-kit";

/** The bytes of the tensors' elements, as they travel in binary form. */
export function tensorBytes(tensors: readonly Tensor[]): number {
  let bytes = 0;
  for (const tensor of tensors) {
    bytes += tensor.datatype === "BYTES" ? tensor.data.wire.byteLength : tensor.data.byteLength;
  }
  return bytes;
}
