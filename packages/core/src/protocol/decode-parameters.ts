import { isJsonObject, type JsonValue } from "./parse-json.ts";
import { reserved } from "./parameters.ts";
import type { Parameters, ParameterValue } from "./request.ts";

const forTensorsOnly: ReadonlySet<string> = new Set([reserved.binaryDataSize]);

/** Parameters of a message; values that a parameter cannot have are left out. */
export function decodeParameters(value: JsonValue | undefined): Parameters | undefined {
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, ParameterValue] =>
      !forTensorsOnly.has(entry[0]) && isParameterValue(entry[1]),
  );
  if (entries.length === 0) return undefined;
  // A null prototype keeps a server's `__proto__` plain data.
  const parameters: Record<string, ParameterValue> = Object.create(null);
  for (const [name, parameter] of entries) parameters[name] = parameter;
  return parameters;
}

function isParameterValue(value: JsonValue): value is ParameterValue {
  return ["string", "number", "bigint", "boolean"].includes(typeof value);
}
