import type { Datatype, Fields, ModelMetadata, TensorMetadata } from "@nereid/core";
import { isBatched, recordRank, recordShape } from "../server/record-shape.ts";

/** What a field holds, as far as text has to be turned into it. */
export interface Column {
  readonly datatype: Datatype;
  /** Levels of lists. */
  readonly rank: number;
  /** BYTES as bytes, which text carries in base64. */
  readonly isBinary: boolean;
}

/** Columns by name. */
export type Columns = ReadonlyMap<string, Column>;

/** The columns of declared fields, or of the tensors that the server tells. */
export function columnsOf(
  metadata: ModelMetadata,
  side: "inputs" | "outputs",
  declared: Fields | undefined,
): Columns {
  if (declared !== undefined) return new Map(Object.entries(declared).map(declaredColumn));
  const batched = isBatched(metadata);
  return new Map(metadata[side].map((tensor) => [tensor.name, tensorColumn(tensor, batched)]));
}

function declaredColumn([name, field]: [string, Fields[string]]): [string, Column] {
  const { datatype, rank, form } = field;
  return [name, { datatype, rank, isBinary: form === "bytes" }];
}

function tensorColumn(tensor: TensorMetadata, batched: boolean): Column {
  const rank = recordRank(recordShape(tensor, batched));
  return { datatype: tensor.datatype, rank, isBinary: false };
}
