import type { DescEnum, DescField } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import {
  readModelConfig,
  type JsonObject,
  type JsonValue,
  type ModelConfig,
} from "@nereid/core/transport-kit";
import { ModelConfigSchema, type ModelConfig as ConfigMessage } from "./generated/inference_pb.ts";
import { fromBigInt } from "./wire/decode-parameters.ts";

/** Reads a configuration through the form that HTTP gives it: the protocol's names, enums as text. */
export function readConfig(config: ConfigMessage): ModelConfig {
  return readModelConfig(toObject(reflect(ModelConfigSchema, config)));
}

function toObject(message: ReflectMessage): JsonObject {
  const object: Record<string, JsonValue> = Object.create(null);
  for (const field of message.fields) {
    if (isAbsent(message, field)) continue;
    object[field.name] = toValue(message, field);
  }
  return object;
}

/** A message or a choice that was not made; plain values have their defaults instead. */
function isAbsent(message: ReflectMessage, field: DescField): boolean {
  const hasDefault = field.oneof === undefined && field.fieldKind !== "message";
  return !hasDefault && !message.isSet(field);
}

function toValue(message: ReflectMessage, field: DescField): JsonValue {
  switch (field.fieldKind) {
    case "message":
      return toObject(message.get(field));
    case "list":
      return Array.from(message.get(field), (item) => toItem(item, field.enum));
    case "map": {
      const object: Record<string, JsonValue> = Object.create(null);
      for (const [key, item] of message.get(field)) object[String(key)] = toItem(item, field.enum);
      return object;
    }
    default:
      return toItem(message.get(field), field.enum);
  }
}

function toItem(item: unknown, names: DescEnum | undefined): JsonValue {
  if (typeof item === "bigint") return fromBigInt(item);
  if (typeof item === "number" && names !== undefined) {
    return names.value[item]?.name ?? item;
  }
  if (typeof item === "object" && item !== null && "fields" in item) {
    return toObject(item as ReflectMessage);
  }
  return typeof item === "string" || typeof item === "number" || typeof item === "boolean"
    ? item
    : null;
}
