/**
 * The floors of core, from the ground up. A file imports from lower floors and from its own folder;
 * folders on one floor do not import one another.
 */
export const floors: readonly (readonly string[])[] = [
  ["errors"],
  ["queue", "tensor"],
  ["protocol"],
  ["transport"],
  ["batching", "layers", "record", "sequence"],
  ["options"],
  ["connection", "flow", "provider"],
  ["model"],
  ["index.ts", "transport-kit.ts"],
];

/** The only folder of core that may import zod. */
export const onlyHomeOfZod = "options";

/** The floor of a folder or door of core; undefined when the table does not know it. */
export function floorOf(room: string): number | undefined {
  const floor = floors.findIndex((rooms) => rooms.includes(room));
  return floor === -1 ? undefined : floor;
}
