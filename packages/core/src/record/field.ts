import type { Arrays, Datatype } from "../tensor/arrays.ts";

/** How one element shows itself in a record or row. */
export type ElementForm = "boolean" | "number" | "bigint" | "text" | "bytes";

/**
 * A field of a record or row: what travels, and how JavaScript sees it.
 *
 * `In` is what a record may hold, `Out` what a row holds.
 */
export interface Field<In = unknown, Out = unknown> {
  readonly datatype: Datatype;
  /** How an element shows itself. */
  readonly form: ElementForm;
  /** Levels of arrays: 0 for a scalar. */
  readonly rank: number;
  /** Set for a whole tensor: its shape without the batch dimension; -1 is variable. */
  readonly tensorShape?: readonly number[];
  /** May a record hold null? It then follows `on-null`; a null never travels. */
  readonly nullable: boolean;
  /** The tensor's name where it is not the field's. */
  readonly tensorName?: string;
  /** Never set; carries the types. */
  readonly "~types"?: { readonly in: In; readonly out: Out };
}

/** A field of a single element. */
export interface ScalarField<D extends Datatype, In, Out> extends Field<In, Out> {
  readonly datatype: D;
  readonly rank: 0;
  readonly tensorShape?: never;
}

/** Fields by name, in the order of the columns. */
export type Fields = Readonly<Record<string, Field>>;

/** A whole tensor as the value of a field. */
export interface WholeTensor<D extends Datatype> {
  /** Without the batch dimension. */
  readonly shape: readonly number[];
  /** As many elements as the shape says, in row-major order. */
  readonly data: Arrays[D];
}

/** The record that fields describe. */
export type RecordOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer In, unknown> ? In : never;
};

/** The row that fields describe. Typed arrays in it share the answer's memory. */
export type RowOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<unknown, infer Out> ? Out : never;
};
