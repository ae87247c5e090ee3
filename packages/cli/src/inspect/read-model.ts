import type { ModelMetadata, ModelRef, TensorMetadata } from "@nereid/core";
import type { Call, ConfigValue, ModelConfig } from "@nereid/core/transport-kit";
import { orNull, told } from "../server/ask.ts";
import type { ServerTransport } from "../server/open-transport.ts";

/** What a server says of a model; null is what it does not say. */
export interface ModelReport {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string | null;
  readonly ready: boolean | null;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /** Rows in one request at most; 0: no batch dimension. */
  readonly maxBatchRows: number | null;
  /** Does the server put requests together? */
  readonly dynamicBatching: DynamicBatching | false | null;
  readonly sequence: { readonly maxIdleUs: number | null } | false | null;
  /** Highest priority number; 0: the model has no priorities. */
  readonly priorityLevels: number | null;
  readonly decoupled: boolean | null;
  /** Why settings are unknown; null when the server told them. */
  readonly unknownBecause: string | null;
}

/** How a server puts requests together. */
export interface DynamicBatching {
  readonly preferredRows: readonly number[];
  readonly maxQueueDelayUs: number;
}

/** Asks a server about a model. @throws ServerError for a model that it does not know */
export async function readModel(
  model: ModelRef,
  transport: ServerTransport,
  call: Call,
): Promise<ModelReport> {
  const metadata = await transport.metadata(model, call);
  const ready = await told(transport.ready(model, call));
  const config = await told(transport.modelConfig(model, call));
  return {
    name: metadata.name === "" ? model.name : metadata.name,
    versions: metadata.versions,
    platform: metadata.platform === "" ? null : metadata.platform,
    ready: orNull(ready),
    inputs: metadata.inputs,
    outputs: metadata.outputs,
    ...readSettings(metadata, orNull(config)),
    unknownBecause: "reason" in config ? config.reason : null,
  };
}

type Settings = Pick<
  ModelReport,
  "maxBatchRows" | "dynamicBatching" | "sequence" | "priorityLevels" | "decoupled"
>;

function readSettings(metadata: ModelMetadata, config: ModelConfig | null): Settings {
  if (config === null) {
    const { maxBatchRows = null, decoupled = null, sequence } = metadata;
    return {
      maxBatchRows,
      decoupled,
      dynamicBatching: null,
      priorityLevels: null,
      sequence: sequence === undefined ? null : { maxIdleUs: sequence.maxIdleUs ?? null },
    };
  }
  const { maxBatchRows, decoupled, priorityLevels, sequence, raw } = config;
  return {
    maxBatchRows,
    decoupled,
    priorityLevels,
    dynamicBatching: readDynamicBatching(raw["dynamic_batching"]),
    sequence: sequence === undefined ? false : { maxIdleUs: sequence.maxIdleUs ?? null },
  };
}

/** @see Triton, model_config.proto, ModelDynamicBatching */
function readDynamicBatching(settings: ConfigValue | undefined): DynamicBatching | false {
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) return false;
  const preferred: unknown = Reflect.get(settings, "preferred_batch_size");
  const delay: unknown = Reflect.get(settings, "max_queue_delay_microseconds");
  return {
    preferredRows: Array.isArray(preferred) ? preferred.map(Number) : [],
    maxQueueDelayUs: Number(delay ?? 0),
  };
}
