/**
 * The shape that a server reads out of elements written in one row: fixed dimensions as they are, what is
 * left in the innermost variable one, 1 in the other variable ones.
 *
 * @param declared - with the batch dimension; -1 is variable
 * @returns undefined when the elements do not fill it
 * @see Triton, "Generate Extension"
 */
export function flatShape(
  declared: readonly number[],
  elements: number,
): readonly number[] | undefined {
  const fixed = declared.reduce((count, size) => (size === -1 ? count : count * size), 1);
  const innermost = declared.lastIndexOf(-1);
  const rest = innermost === -1 || fixed === 0 ? 1 : elements / fixed;
  if (!Number.isInteger(rest) || fixed * rest !== elements) return undefined;
  return declared.map((size, axis) => {
    if (size !== -1) return size;
    return axis === innermost ? rest : 1;
  });
}

/**
 * The declared shape of an output with its rows filled in, where that leaves one variable dimension.
 *
 * @param rows - of the batch; undefined when the model takes none
 * @returns undefined when the number of elements could mean several shapes
 */
export function readableShape(
  declared: readonly number[],
  rows: number | undefined,
): readonly number[] | undefined {
  if (countVariable(declared) <= 1) return declared;
  const [first, ...inner] = declared;
  if (rows === undefined || first !== -1 || countVariable(inner) > 1) return undefined;
  return [rows, ...inner];
}

function countVariable(declared: readonly number[]): number {
  return declared.filter((size) => size === -1).length;
}
