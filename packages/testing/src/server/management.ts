import type { ModelHost } from "./model-host.ts";
import { describe } from "./describe-model.ts";
import { Refusal } from "./refusal.ts";
import { versionsOf, type FoundModel } from "./repository.ts";

/** The answer of `GET /v2/models/…`; with a version in the path, of that version alone. */
export function modelMetadata({ model, version }: FoundModel, isPinned: boolean): object {
  const { name, versions, inputs, outputs } = describe(model);
  return {
    name,
    versions: isPinned ? [version] : versions,
    platform: "python",
    inputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    outputs: outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
  };
}

const timing = { count: 0, ns: 0 };

/** The answer of `GET /v2/models/…/stats` and, without a name, of all models. @throws Refusal */
export function modelStatistics(
  host: ModelHost,
  ref?: { readonly name: string; readonly version?: string },
): object {
  const models = host.models.filter(
    ({ name }) => host.isReady({ name }) && (ref === undefined || ref.name === name),
  );
  if (ref !== undefined && models.length === 0) {
    throw new Refusal(400, `requested model '${ref.name}' is not available`);
  }
  if (ref?.version !== undefined && !host.isReady(ref)) {
    throw new Refusal(400, `requested model version is not available for model '${ref.name}'`);
  }
  const stats = models.flatMap((model) =>
    versionsOf(model)
      .filter((version) => ref?.version === undefined || ref.version === version)
      .map((version) => versionStatistics(host, model.name, version)),
  );
  return { model_stats: stats };
}

/** Counts and the time of executions are true; nothing else took any time. */
function versionStatistics(host: ModelHost, name: string, version: string): object {
  const own = host.ledger.filter(
    (execution) => execution.model === name && execution.version === version,
  );
  const requests = own.reduce((sum, { ids }) => sum + ids.length, 0);
  const failed = host.failures(name, version);
  const count = requests - failed;
  const ns = Math.round(host.workedMs(name, version) * 1e6);
  const done = { count, ns };
  const atOnce = { count, ns: 0 };
  const sizes = [...new Set(own.map(({ rows }) => rows))].toSorted((left, right) => left - right);
  return {
    name,
    version,
    last_inference: 0,
    inference_count: own.reduce((sum, { rows }) => sum + rows, 0),
    execution_count: own.length,
    inference_stats: {
      success: done,
      fail: { count: failed, ns: 0 },
      queue: atOnce,
      compute_input: atOnce,
      compute_infer: done,
      compute_output: atOnce,
      cache_hit: timing,
      cache_miss: timing,
    },
    response_stats: {},
    batch_stats: sizes.map((size) => {
      const count = own.filter(({ rows }) => rows === size).length;
      const each = { count, ns: 0 };
      return { batch_size: size, compute_input: each, compute_infer: each, compute_output: each };
    }),
    memory_usage: [],
  };
}

/** The answer of `POST /v2/repository/index`. */
export function repositoryIndex(host: ModelHost, readyOnly: boolean): object {
  return host.models.flatMap((model): object[] => {
    const { name } = model;
    if (host.isReady({ name })) {
      return versionsOf(model).map((version) => ({ name, version, state: "READY" }));
    }
    if (readyOnly) return [];
    return versionsOf(model).map((version) => ({
      name,
      version,
      state: "UNAVAILABLE",
      reason: "unloaded",
    }));
  });
}
