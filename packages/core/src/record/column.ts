import type { Datatype } from "../tensor/arrays.ts";
import type { Field } from "./field.ts";

/** A field bound to a tensor of the model. */
export interface Column {
  /** The field's name in records or rows. */
  readonly name: string;
  readonly field: Field;
  readonly tensorName: string;
  /** What the server declares; what travels. */
  readonly datatype: Datatype;
  /** The tensor's shape without its batch dimension; -1 is variable. Absent: not declared. */
  readonly dims: readonly number[] | undefined;
  /** Is the record's outermost list of one dropped (`flatten-batch-dim`)? */
  readonly flattened: boolean;
}
