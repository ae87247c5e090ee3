import { z } from "zod";
import type { Secret } from "./connection-options.ts";
import { parseHeaders } from "./parse-headers.ts";
import { isPlainText, readBy, toBoolean, type ValueSchema } from "./value-schema.ts";

/** The messages of issues come from the reader, for it knows what must not be printed. */
function readOrProblems<T>(
  read: (value: unknown) => { readonly value: T } | { readonly problems: readonly string[] },
): ValueSchema<T> {
  return z.unknown().transform((value, context): T => {
    const result = read(value);
    if ("value" in result) return result.value;
    for (const message of result.problems) context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

/** An address in whatever form its transport reads. */
export function endpoint(): ValueSchema<NonNullable<unknown>> {
  return readBy("a URL", (value) => value ?? undefined);
}

export function headers(): ValueSchema<Readonly<Record<string, Secret>>> {
  return readOrProblems((value) => {
    const parsed = parseHeaders(value);
    return "problems" in parsed ? parsed : { value: parsed.headers };
  });
}

/** A secret before its references are resolved. */
export function secret(): ValueSchema<Secret> {
  return readBy("text or a function that gives it", (value) => {
    if (typeof value === "string" && value.trim() !== "") return value;
    return typeof value === "function" ? (value as Secret) : undefined;
  });
}

export function binaryData(): ValueSchema<boolean | "auto"> {
  return readBy("true, false or auto", (value) =>
    typeof value === "string" && value.trim().toLowerCase() === "auto" ? "auto" : toBoolean(value),
  );
}

/** PEM text, or the path of a file that holds it. */
export function pem(): ValueSchema<string> {
  return readBy("PEM text or the path of a PEM file", (value) =>
    typeof value === "string" && value !== "" && value.length <= 1024 * 1024 ? value : undefined,
  );
}

export function servername(): ValueSchema<string> {
  return readBy("a host name", (value) =>
    typeof value === "string" && isPlainText(value, 253) ? value : undefined,
  );
}
