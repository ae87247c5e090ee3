const unitBytes: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["b", 1],
  ["bytes", 1],
  ["k", 1024],
  ["kb", 1024],
  ["kib", 1024],
  ["m", 1024 ** 2],
  ["mb", 1024 ** 2],
  ["mib", 1024 ** 2],
  ["g", 1024 ** 3],
  ["gb", 1024 ** 3],
  ["gib", 1024 ** 3],
]);

const size = /^(\d{1,15}(?:\.\d{1,3})?)\s*([a-z]{0,5})$/;

/**
 * Reads a size: a number of bytes, or text such as `8 MiB` or `64kb`; every prefix counts in 1,024.
 *
 * @returns a whole number of bytes from 1 on, or undefined when it is neither
 */
export function parseByteSize(value: unknown): number | undefined {
  const bytes = typeof value === "string" ? parseText(value) : value;
  return typeof bytes === "number" && Number.isSafeInteger(bytes) && bytes >= 1 ? bytes : undefined;
}

function parseText(text: string): number | undefined {
  const [, count, unit = ""] = size.exec(text.trim().toLowerCase()) ?? [];
  const factor = unitBytes.get(unit);
  return count === undefined || factor === undefined
    ? undefined
    : Math.round(Number(count) * factor);
}
