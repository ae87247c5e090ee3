/** Sizes of a tensor's dimensions, outermost first. Every one is a whole number from 0 on. */
export type Shape = readonly number[];

/** The largest rank that is believed of a shape read from a server. */
export const maxRank = 16;

/**
 * The number of elements in a shape; 1 for the empty shape.
 *
 * @returns undefined when a dimension is not a whole number from 0 on, or the product is not a safe
 *   integer, so that no caller can allocate from an overflowed product
 */
export function elementCount(shape: Shape): number | undefined {
  let count = 1;
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 0) return undefined;
    count *= dimension;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

/** True when both shapes have the same dimensions. */
export function isSameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((size, axis) => size === right[axis]);
}

/** `[2,3]`, as messages print a shape. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(",")}]`;
}
