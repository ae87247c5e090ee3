import type { Json, JsonMembers } from "./json.ts";
import { Refusal } from "./refusal.ts";

/** What a member must be, and how Triton names the two sides of a mismatch. */
const kinds = {
  string: ["non-string", "string"],
  boolean: ["non-boolean", "boolean"],
  unsigned: ["non-unsigned-integer", "unsigned-integer"],
  signed: ["non-signed-integer", "signed-integer"],
  double: ["non-number", "double"],
  array: ["non-array", "array"],
} as const;

/** Names of {@link kinds}. */
export type JsonKind = keyof typeof kinds;

/** True for a JSON object. */
export function isMembers(value: Json | undefined): value is JsonMembers {
  return value instanceof Map;
}

/** A member of an object; anything else has none. */
export function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isMembers(value) ? value.get(name) : undefined;
}

/** A member that has to be there. @throws Refusal with status 500 */
export function requiredMember(value: Json, name: string): Json {
  const found = memberOf(value, name);
  if (found !== undefined) return found;
  throw new Refusal(
    500,
    `Unable to parse '${name}': attempt to access non-existing object member '${name}'`,
  );
}

/** Refuses a value of another kind. @param where - the member at fault, or the start of the text */
export function wrongKind(where: string, kind: JsonKind): Refusal {
  const [found, expected] = kinds[kind];
  return new Refusal(500, `${where}: attempt to access JSON ${found} as ${expected}`);
}

const unableTo = (name: string): string => `Unable to parse '${name}'`;

/** The value as text. @throws Refusal */
export function asString(value: Json, name: string): string {
  if (typeof value === "string") return value;
  throw wrongKind(unableTo(name), "string");
}

/** The value as true or false. @throws Refusal */
export function asBoolean(value: Json, name: string): boolean {
  if (typeof value === "boolean") return value;
  throw wrongKind(unableTo(name), "boolean");
}

/** The value as a whole number from 0 on. @throws Refusal */
export function asUnsigned(value: Json, name: string): bigint {
  if (typeof value === "bigint" && value >= 0n) return value;
  throw wrongKind(unableTo(name), "unsigned");
}

/** The value as a list. @throws Refusal */
export function asList(value: Json, name: string): readonly Json[] {
  // A map is no array, which `Array.isArray` does not tell the compiler of a readonly one.
  if (Array.isArray(value)) return value;
  throw wrongKind(unableTo(name), "array");
}
