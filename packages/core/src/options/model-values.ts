import type { JsonValue } from "../protocol/json-value.ts";
import { parseJson } from "../protocol/parse-json.ts";
import { parseDuration } from "./parse-duration.ts";
import { isPlainText, readBy, toNumber, type ValueSchema } from "./value-schema.ts";

/** One path segment: whatever would end or leave it is refused before a URL is built. */
export function modelName(): ValueSchema<string> {
  return readBy("a model name of one path segment, at most 256 characters", (value) => {
    if (typeof value !== "string" || !isPlainText(value, 256)) return undefined;
    if (/[/\\?#]|%2e|%2f/i.test(value) || value === "." || value === "..") return undefined;
    return value;
  });
}

/** "" stands for no version: Triton knows no version called `latest`. */
export function modelVersion(): ValueSchema<string> {
  return readBy("digits, or latest for the version that the server picks", (value) => {
    const version = typeof value === "number" ? String(value) : value;
    if (version === "" || version === "latest") return "";
    return typeof version === "string" && /^\d{1,18}$/.test(version) ? version : undefined;
  });
}

/** A whole number from 1 on, or `auto`. */
export function numberOrAuto(): ValueSchema<number | "auto"> {
  return readBy("a whole number from 1 on, or auto", (value) => {
    if (typeof value === "string" && value.trim().toLowerCase() === "auto") return "auto";
    const number = toNumber(value);
    return Number.isSafeInteger(number) && number >= 1 ? number : undefined;
  });
}

/** A duration above 0, or `none` (or infinity) for no bound. */
export function durationOrNone(): ValueSchema<number> {
  return readBy("a duration above 0 such as 30s or 5 min, or none", (value) => {
    if (value === Number.POSITIVE_INFINITY) return value;
    if (typeof value === "string" && value.trim().toLowerCase() === "none") {
      return Number.POSITIVE_INFINITY;
    }
    const ms = parseDuration(value);
    return ms !== undefined && ms >= 1 ? ms : undefined;
  });
}

/** A value, or the text of a JSON value; text that is no JSON stands for itself. */
export function defaultValue(): ValueSchema<{ readonly value: unknown }> {
  return readBy("a value, or the text of a JSON value", (value) => {
    if (typeof value !== "string") return { value };
    const json = readJsonText(value);
    return { value: json === undefined ? value : json };
  });
}

/** Whole numbers beyond 2^53 become bigint; undefined for text that is no JSON. */
function readJsonText(text: string): JsonValue | undefined {
  try {
    return parseJson(new TextEncoder().encode(text));
  } catch {
    return undefined;
  }
}

/** `auto`, a record or a list of records, also as JSON text. */
export function warmup(): ValueSchema<"auto" | readonly unknown[]> {
  return readBy("auto, a record or a list of records", (value) => {
    if (typeof value === "string" && value.trim().toLowerCase() === "auto") return "auto";
    const given = typeof value === "string" ? readJsonText(value) : value;
    const records: readonly unknown[] = Array.isArray(given) ? given : [given];
    const areObjects = records.every((record) => typeof record === "object" && record !== null);
    return areObjects ? records : undefined;
  });
}
