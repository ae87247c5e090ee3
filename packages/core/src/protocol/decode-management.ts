import { DecodeError } from "../errors/errors.ts";
import { readObject, readText } from "./decode-metadata.ts";
import type {
  ModelConfig,
  ModelStatistics,
  RepositoryModel,
  StatisticDuration,
} from "./management.ts";
import { isJsonObject, member, parseJson, type JsonObject, type JsonValue } from "./parse-json.ts";

/** Reads the answer of `GET /v2/models/…/config`. @see Triton, "Model Configuration Extension" */
export function decodeModelConfig(body: Uint8Array): ModelConfig {
  const raw = readObject(body, "model configuration");
  const sequence = member(raw, "sequence_batching");
  const policy = member(raw, "model_transaction_policy");
  const batching = member(raw, "dynamic_batching");
  const inputs = member(raw, "input");
  return {
    name: readText(raw, "name"),
    maxBatchRows: readCount(raw, "max_batch_size"),
    decoupled: isJsonObject(policy) && member(policy, "decoupled") === true,
    priorityLevels: isJsonObject(batching) ? readCount(batching, "priority_levels") : 0,
    optionalInputs: Array.isArray(inputs) ? inputs.flatMap(optionalName) : [],
    ...(isJsonObject(sequence) ? { sequence: readSequence(sequence) } : {}),
    raw,
  };
}

function optionalName(input: JsonValue): string[] {
  return isJsonObject(input) && member(input, "optional") === true ? [readText(input, "name")] : [];
}

function readSequence(sequence: JsonObject): { readonly maxIdleUs?: number } {
  const maxIdleUs = readCount(sequence, "max_sequence_idle_microseconds");
  return maxIdleUs === 0 ? {} : { maxIdleUs };
}

function readCount(json: JsonObject, key: string): number {
  const value = member(json, key);
  return typeof value === "number" && value > 0 ? value : 0;
}

/** Reads the answer of `GET /v2/models/…/stats`; counters are 64-bit. */
export function decodeModelStatistics(body: Uint8Array): readonly ModelStatistics[] {
  const models = member(readObject(body, "statistics"), "model_stats");
  if (!Array.isArray(models)) throw new DecodeError("statistics: expected a list of models");
  return models.filter(isJsonObject).map((model) => ({
    name: readText(model, "name"),
    version: readText(model, "version"),
    lastInferenceMs: readCounter(model, "last_inference"),
    inferenceCount: readCounter(model, "inference_count"),
    executionCount: readCounter(model, "execution_count"),
    durations: readDurations(member(model, "inference_stats")),
  }));
}

function readCounter(json: JsonObject, key: string): bigint {
  const value = member(json, key);
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : 0n;
}

function readDurations(value: JsonValue | undefined): Readonly<Record<string, StatisticDuration>> {
  const durations: Record<string, StatisticDuration> = Object.create(null);
  if (!isJsonObject(value)) return durations;
  for (const [name, entry] of Object.entries(value)) {
    if (!isJsonObject(entry)) continue;
    durations[name] = { count: readCounter(entry, "count"), ns: readCounter(entry, "ns") };
  }
  return durations;
}

/** Reads the answer of `POST /v2/repository/index`. */
export function decodeRepositoryIndex(body: Uint8Array): readonly RepositoryModel[] {
  const models = parseJson(body);
  if (!Array.isArray(models)) throw new DecodeError("repository: expected a list of models");
  return models.filter(isJsonObject).map((model: JsonObject) => ({
    name: readText(model, "name"),
    ...optionalText(model, "version"),
    ...optionalText(model, "state"),
    ...optionalText(model, "reason"),
  }));
}

function optionalText<K extends string>(
  json: JsonObject,
  key: K,
): { readonly [key in K]?: string } {
  const text = readText(json, key);
  return text === "" ? {} : ({ [key]: text } as { readonly [key in K]?: string });
}
