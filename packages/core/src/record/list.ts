/** Anything with elements by index: an array or a typed array. */
export interface List {
  readonly length: number;
  readonly [index: number]: unknown;
}

/** True for an array or a typed array, but not for a DataView or text. */
export function isList(value: unknown): value is List {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
