import { isJsonObject, member, type JsonValue } from "./json-value.ts";
import type { Parameters, ParameterValue } from "./request.ts";

/**
 * Parameters of a message; values that no parameter can have are left out.
 *
 * @returns undefined when there are none
 */
export function decodeParameters(value: JsonValue | undefined): Parameters | undefined {
  if (!isJsonObject(value)) return undefined;
  // Without a prototype, a stranger's `__proto__` stays data.
  const parameters: Record<string, ParameterValue> = Object.create(null);
  let found = false;
  for (const name of Object.keys(value)) {
    const parameter = member(value, name);
    if (!isParameterValue(parameter)) continue;
    parameters[name] = parameter;
    found = true;
  }
  return found ? parameters : undefined;
}

/** True for what travels as a parameter: text, a number or a boolean. */
export function isParameterValue(
  value: JsonValue | undefined,
): value is string | number | bigint | boolean {
  return value !== undefined && value !== null && typeof value !== "object";
}
