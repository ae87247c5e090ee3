/**
 * The shape that Triton gives to elements written in one row: fixed dimensions as they are, the rest in
 * the innermost variable one, 1 in the other variable ones.
 *
 * @returns undefined when the elements do not fill it
 */
export function flatShape(
  declared: readonly number[],
  elements: number,
): readonly number[] | undefined {
  const fixed = declared.filter((size) => size >= 0).reduce((count, size) => count * size, 1);
  const innermost = declared.lastIndexOf(-1);
  const rest = innermost === -1 ? 1 : elements / fixed;
  if (!Number.isInteger(rest) || fixed * rest !== elements) return undefined;
  return declared.map((size, axis) => (axis === innermost ? rest : Math.abs(size)));
}
