import { describe } from "./memory-transport.ts";
import type { Execution, ModelHost } from "./model-host.ts";
import type { ServerModel } from "./server-model.ts";

/** What the server says of itself. */
export const serverMetadata: object = {
  name: "triton",
  version: "2.51.0",
  extensions: [
    "classification",
    "sequence",
    "model_repository",
    "model_repository(unload_dependents)",
    "schedule_policy",
    "model_configuration",
    "system_shared_memory",
    "cuda_shared_memory",
    "binary_tensor_data",
    "parameters",
    "statistics",
    "trace",
    "logging",
  ],
};

/** The answer of `GET /v2/models/…`. */
export function modelMetadata(model: ServerModel): object {
  const { name, versions, inputs, outputs } = describe(model);
  return { name, versions, platform: "python", inputs, outputs };
}

/** The answer of `GET /v2/models/…/config`. */
export function modelConfig(model: ServerModel): object {
  const tensors = (list: ServerModel["inputs"]): object[] =>
    list.map(({ name, datatype, shape, optional = false }) => ({
      name,
      data_type: datatype === "BYTES" ? "TYPE_STRING" : `TYPE_${datatype}`,
      dims: shape,
      optional,
    }));
  return {
    name: model.name,
    platform: "",
    backend: "python",
    max_batch_size: model.maxBatchRows,
    input: tensors(model.inputs),
    output: tensors(model.outputs),
    ...(model.dynamicBatching === true ? { dynamic_batching: { priority_levels: 0 } } : {}),
    ...(model.sequence === undefined
      ? {}
      : { sequence_batching: { max_sequence_idle_microseconds: model.sequence.maxIdleUs } }),
    model_transaction_policy: { decoupled: model.decoupled ?? false },
  };
}

/** The answer of `GET /v2/models/…/stats`. */
export function modelStatistics(
  models: readonly ServerModel[],
  ledger: readonly Execution[],
): object {
  return {
    model_stats: models.map(({ name, versions = ["1"] }) => {
      const own = ledger.filter(({ model }) => model === name);
      const requests = own.reduce((sum, { ids }) => sum + ids.length, 0);
      return {
        name,
        version: versions.at(-1),
        last_inference: 0,
        inference_count: own.reduce((sum, { rows }) => sum + rows, 0),
        execution_count: own.length,
        inference_stats: { success: { count: requests, ns: 0 }, fail: { count: 0, ns: 0 } },
      };
    }),
  };
}

/** The answer of `POST /v2/repository/index`. */
export function repositoryIndex(host: ModelHost): object {
  return host.models.flatMap(({ name, versions = ["1"] }): object[] =>
    host.isReady({ name })
      ? versions.map((version) => ({ name, version, state: "READY" }))
      : [{ name, version: versions.at(-1), state: "UNAVAILABLE", reason: "unloaded" }],
  );
}
