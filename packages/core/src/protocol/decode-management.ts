import { readList, readObject, readText } from "./decode-metadata.ts";
import { isJsonObject, member, type JsonObject, type JsonValue } from "./json-value.ts";
import type {
  ModelConfig,
  ModelStatistics,
  RepositoryModel,
  StatisticDuration,
} from "./management.ts";
import { parseJson } from "./parse-json.ts";

/**
 * Reads the answer of `GET /v2/models/…/config`.
 *
 * @throws DecodeError when it is no JSON object
 * @see Triton, "Model Configuration Extension"
 */
export function decodeModelConfig(body: Uint8Array): ModelConfig {
  return readModelConfig(readObject("model configuration", parseJson(body)));
}

/** Finds what a client needs in a configuration of the protocol's own names. */
export function readModelConfig(raw: JsonObject): ModelConfig {
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

/** A number from 0 on; 0 where there is none. Beyond 2^53 it is rounded: as a bound that is the same. */
function readCount(json: JsonObject, key: string): number {
  const value = Number(readCounter(json, key));
  return value > 0 ? value : 0;
}

/**
 * Reads the answer of `GET /v2/models/…/stats`. Counters are 64-bit; what is missing counts 0.
 *
 * @throws DecodeError when there is no list of models
 */
export function decodeModelStatistics(body: Uint8Array): readonly ModelStatistics[] {
  const models = member(readObject("statistics", parseJson(body)), "model_stats");
  return readList("statistics", models).map((entry) => {
    const model = readObject("statistics", entry);
    return {
      name: readText(model, "name"),
      version: readText(model, "version"),
      lastInferenceMs: readCounter(model, "last_inference"),
      inferenceCount: readCounter(model, "inference_count"),
      executionCount: readCounter(model, "execution_count"),
      durations: readDurations(member(model, "inference_stats")),
    };
  });
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

/**
 * Reads the answer of `POST /v2/repository/index`.
 *
 * @throws DecodeError when it is no list of models
 */
export function decodeRepositoryIndex(body: Uint8Array): readonly RepositoryModel[] {
  return readList("repository", parseJson(body)).map((entry) => {
    const model = readObject("repository", entry);
    const version = readText(model, "version");
    const state = readText(model, "state");
    const reason = readText(model, "reason");
    return {
      name: readText(model, "name"),
      ...(version === "" ? {} : { version }),
      ...(state === "" ? {} : { state }),
      ...(reason === "" ? {} : { reason }),
    };
  });
}
