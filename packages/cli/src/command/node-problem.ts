/** The oldest Node that the packages run on, as `engines` of package.json has it. */
const oldest = [22, 19, 0] as const;

/**
 * What to tell the user of a Node that is too old; undefined where it is not.
 *
 * @param version - as in `process.versions.node`
 */
export function nodeProblem(version: string): string | undefined {
  const found = version.split(".").map((part) => Number.parseInt(part, 10));
  const differing = oldest.findIndex((part, index) => found[index] !== part);
  const isOlder = differing !== -1 && (found[differing] ?? 0) < (oldest[differing] ?? 0);
  return isOlder ? `expected Node ${oldest.join(".")} or later, found ${version}` : undefined;
}
