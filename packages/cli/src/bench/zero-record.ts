import type { Datatype, ModelMetadata } from "@nereid/core";
import { isBatched, recordRank, recordShape } from "../server/record-shape.ts";

const zeros: Partial<Readonly<Record<Datatype, unknown>>> = {
  BOOL: false,
  INT64: 0n,
  UINT64: 0n,
  BYTES: "",
};

/** A record of zeros and empty texts; a variable dimension has one element. */
export function zeroRecord(metadata: ModelMetadata): Readonly<Record<string, unknown>> {
  const batched = isBatched(metadata);
  return Object.fromEntries(
    metadata.inputs.map((tensor) => {
      const dims = recordShape(tensor, batched);
      const zero = zeros[tensor.datatype] ?? 0;
      const sizes = recordRank(dims) === 0 ? [] : dims.map((size) => Math.max(1, size));
      return [tensor.name, nested(sizes, zero)];
    }),
  );
}

function nested([size, ...inner]: readonly number[], zero: unknown): unknown {
  if (size === undefined) return zero;
  return Array.from({ length: size }, () => nested(inner, zero));
}
