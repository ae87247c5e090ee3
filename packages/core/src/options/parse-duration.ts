/** Milliseconds for each unit, by every spelling. */
const unitMs: ReadonlyMap<string, number> = new Map([
  ...["ms", "milli", "millis", "millisecond", "milliseconds"].map((unit) => [unit, 1] as const),
  ...["s", "sec", "secs", "second", "seconds"].map((unit) => [unit, 1000] as const),
  ...["m", "min", "mins", "minute", "minutes"].map((unit) => [unit, 60_000] as const),
  ...["h", "hr", "hrs", "hour", "hours"].map((unit) => [unit, 3_600_000] as const),
  ...["d", "day", "days"].map((unit) => [unit, 86_400_000] as const),
]);

/** Timers of JavaScript wrap around beyond this. */
export const maxDurationMs: number = 2 ** 31 - 1;

const part = /^(\d{1,15}(?:\.\d{1,9})?)\s*([a-z]{1,12})\s*/;

/**
 * Reads a duration: a number of milliseconds, or text with units such as `500ms`, `5 min`, `1m30s`.
 *
 * @returns milliseconds from 0 to 2^31 - 1, or undefined when it is neither
 */
export function parseDuration(value: unknown): number | undefined {
  const ms = typeof value === "string" ? parseText(value) : value;
  if (typeof ms !== "number" || !(ms >= 0) || ms > maxDurationMs) return undefined;
  return ms;
}

function parseText(text: string): number | undefined {
  let rest = text.trim().toLowerCase();
  if (rest === "" || rest.length > 64) return undefined;
  if (/^\d+$/.test(rest)) return Number(rest);
  let ms = 0;
  while (rest !== "") {
    const [matched = "", count, unit = ""] = part.exec(rest) ?? [];
    const factor = unitMs.get(unit);
    if (factor === undefined) return undefined;
    ms += Number(count) * factor;
    rest = rest.slice(matched.length);
  }
  // 1.001s is not quite 1,001 ms in floating point.
  return Math.round(ms);
}
