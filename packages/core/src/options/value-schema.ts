import { z } from "zod";
import { parseByteSize } from "./parse-byte-size.ts";
import { parseDuration } from "./parse-duration.ts";

/** A schema that takes anything and gives `T`. */
export type ValueSchema<T> = z.ZodPipe<z.ZodUnknown, z.ZodTransform<T, unknown>>;

/**
 * A schema from a reader. The message tells what was expected and what kind of thing was found, never
 * the value, so that it can be used for secrets.
 */
export function readBy<T extends NonNullable<unknown>>(
  expected: string,
  read: (value: unknown) => T | undefined,
): ValueSchema<T> {
  return z.unknown().transform((value, context): T => {
    const parsed = read(value);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: `expected ${expected}, found ${kindOf(value)}` });
    return z.NEVER;
  });
}

function kindOf(value: unknown): string {
  if (value === undefined) return "none";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return value.trim() === "" ? "empty text" : "other text";
  if (typeof value === "number") return Number.isFinite(value) ? "another number" : String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Milliseconds, or text with a unit. */
export function duration(least = 0): ValueSchema<number> {
  const bound = least > 0 ? "a duration above 0" : "a duration";
  return readBy(`${bound} such as 500 (ms), 30s or 5 min, up to 24 days`, (value) => {
    const ms = parseDuration(value);
    return ms !== undefined && ms >= least ? ms : undefined;
  });
}

/** A size in bytes, or text with a unit. */
export function byteSize(): ValueSchema<number> {
  return readBy("a size such as 1024 (bytes) or 8 MiB", parseByteSize);
}

/** A whole number, also as text. */
export function wholeNumber(least: number, most?: number): ValueSchema<number> {
  const range = most === undefined ? `from ${least} on` : `from ${least} to ${most}`;
  return readBy(`a whole number ${range}`, (value) => {
    const number = toNumber(value);
    const fits = Number.isSafeInteger(number) && number >= least && number <= (most ?? number);
    return fits ? number : undefined;
  });
}

/** A share above 0 and up to 1, also as text. */
export function ratio(): ValueSchema<number> {
  return readBy("a ratio above 0 and up to 1", (value) => {
    const isText = typeof value === "string" && /^\d{0,3}(?:\.\d{1,15})?$/.test(value.trim());
    const number = isText ? Number(value) : value;
    return typeof number === "number" && number > 0 && number <= 1 ? number : undefined;
  });
}

/** Reads a number, also as the text of digits; NaN for anything else. */
export function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\d{1,15}$/.test(value.trim()) ? Number(value) : Number.NaN;
}

/** true or false, also as text in any case. */
export function flag(): ValueSchema<boolean> {
  return readBy("true or false", toBoolean);
}

/** Reads true and false, also as text in any case. */
export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (text === "true") return true;
  return text === "false" ? false : undefined;
}

/** Text without control characters. */
export function text(expected: string, maxChars: number): ValueSchema<string> {
  return readBy(expected, (value) =>
    typeof value === "string" && isPlainText(value, maxChars) ? value : undefined,
  );
}

/** True for text that is not empty, not too long, and without control characters or half characters. */
export function isPlainText(value: string, maxChars: number): boolean {
  return value !== "" && value.length <= maxChars && !/[\p{Cc}\p{Cs}]/u.test(value);
}

/** One of a few words, in any case. */
export function word<const W extends string>(...words: readonly W[]): ValueSchema<W> {
  return readBy(words.join(" or "), (value) => {
    const lowered = typeof value === "string" ? value.trim().toLowerCase() : "";
    return words.find((candidate) => candidate === lowered);
  });
}
