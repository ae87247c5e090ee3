import type { OptionIssue } from "../errors/errors.ts";
import { nearestName } from "../errors/nearest-name.ts";
import type { TensorMetadata } from "../protocol/metadata.ts";
import { datatypes, type ElementKind } from "../tensor/datatypes.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Column } from "./column.ts";
import type { ElementForm, Field, Fields } from "./field.ts";
import { isLossless } from "./widening.ts";

/** What both sides of a plan are bound with. */
export interface Binding {
  readonly batched: boolean;
  readonly flatten: boolean;
  /** Takes every problem. */
  readonly issues: OptionIssue[];
}

type Side = "inputs" | "outputs";

/** Binds the fields of one side; without declared fields, one for each tensor. */
export function bindColumns(
  side: Side,
  tensors: readonly TensorMetadata[],
  fields: Fields | undefined,
  binding: Binding,
): readonly Column[] {
  const declared = fields ?? fieldsOf(tensors, binding.batched);
  const columns = Object.entries(declared).map(([name, field]) =>
    bindColumn(side, tensors, name, field, binding),
  );
  if (side === "inputs") requireAll(tensors, columns, binding);
  if (side === "outputs" && columns.length === 0) {
    binding.issues.push({
      option: side,
      problem: "expected at least one output, declared here or by the server, found none",
    });
  }
  return columns;
}

function bindColumn(
  side: Side,
  tensors: readonly TensorMetadata[],
  name: string,
  field: Field,
  { batched, flatten, issues }: Binding,
): Column {
  const tensorName = field.tensorName ?? name;
  const tensor = tensors.find((candidate) => candidate.name === tensorName);
  const option = `${side}.${name}`;
  if (tensor === undefined) {
    if (tensors.length > 0) issues.push({ option, problem: unknownTensor(tensorName, tensors) });
    return { name, field, tensorName, datatype: field.datatype, dims: undefined, flattened: false };
  }
  const dims = batched ? tensor.shape.slice(1) : tensor.shape;
  const flattened = flatten && field.rank > 1 && field.rank === dims.length + 1;
  if (!fitsDatatype(side, field, tensor)) {
    issues.push({
      option,
      problem: `expected ${tensor.datatype} as the model declares, found ${field.datatype}`,
    });
  }
  if (!fitsRank(field, dims, flattened)) {
    issues.push({
      option,
      problem: `expected ${dims.length} dimensions as in ${formatShape(dims)}, found ${field.rank}`,
    });
  }
  return { name, field, tensorName, datatype: tensor.datatype, dims, flattened };
}

function unknownTensor(name: string, tensors: readonly TensorMetadata[]): string {
  const known = tensors.map((tensor) => tensor.name);
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? `the model has ${known.join(", ")}` : `is it "${nearest}"?`;
  return `expected a tensor of the model, found "${name}"; ${hint}`;
}

/** Records may be widened on their way in, tensors on their way out; whole tensors are as they are. */
function fitsDatatype(side: Side, field: Field, { datatype }: TensorMetadata): boolean {
  if (field.tensorShape !== undefined) return field.datatype === datatype;
  return side === "inputs"
    ? isLossless(field.datatype, datatype)
    : isLossless(datatype, field.datatype);
}

function fitsRank(field: Field, dims: readonly number[], flattened: boolean): boolean {
  if (flattened || field.rank === dims.length) return true;
  return field.rank === 0 && dims.every((size) => size === 1 || size === -1);
}

function requireAll(
  tensors: readonly TensorMetadata[],
  columns: readonly Column[],
  { issues }: Binding,
): void {
  const bound = new Set(columns.map(({ tensorName }) => tensorName));
  for (const { name, optional = false, datatype } of tensors) {
    if (optional || bound.has(name)) continue;
    issues.push({
      option: `inputs.${name}`,
      problem: `expected a field for the model's ${datatype} input "${name}", found none`,
    });
  }
}

/** Fields as the server declares its tensors: one element is a scalar, anything else a list. */
function fieldsOf(tensors: readonly TensorMetadata[], batched: boolean): Fields {
  return Object.fromEntries(
    tensors.map(({ name, datatype, shape }) => {
      const dims = batched ? shape.slice(1) : shape;
      const rank = dims.every((size) => size === 1) ? 0 : dims.length;
      const form = formOf[datatypes[datatype].kind];
      return [name, { datatype, form, rank, nullable: false }];
    }),
  );
}

const formOf: Readonly<Record<ElementKind, ElementForm>> = {
  boolean: "boolean",
  integer: "number",
  bigint: "bigint",
  float: "number",
  bytes: "text",
};
