import { posix } from "node:path";
import { floorOf, floors, onlyHomeOfZod } from "./floors.ts";
import type { WrittenImport } from "./imports.ts";

const coreSource = "packages/core/src";

/** What is wrong with an import inside core, and where the thing should live; undefined when it is fine. */
export function floorBreach({ file, specifier }: WrittenImport): string | undefined {
  const room = roomOf(file);
  if (specifier === "zod" && room !== onlyHomeOfZod) {
    return `${file} imports zod; schemas live in ${coreSource}/${onlyHomeOfZod}`;
  }
  if (!specifier.startsWith(".")) return undefined;
  const target = posix.join(posix.dirname(file), specifier);
  const other = roomOf(target);
  if (other === room) return undefined;
  const from = floorOf(room);
  const to = floorOf(other);
  if (from === undefined || to === undefined) {
    return `${file} imports ${target}; "${from === undefined ? room : other}" has no floor in tools/structure/floors.ts`;
  }
  if (to < from) return undefined;
  const place =
    to === from
      ? `what both need belongs below floor ${from}, in ${floors[from - 1]?.join(" or ") ?? "a new folder"}`
      : `it belongs on floor ${from - 1} or below, or ${file} on floor ${to + 1}`;
  return `${file} (floor ${from}) imports ${target} (floor ${to}); ${place}`;
}

/** The folder or door of core that a file belongs to. */
function roomOf(file: string): string {
  return posix.relative(coreSource, file).split("/")[0] ?? "";
}
