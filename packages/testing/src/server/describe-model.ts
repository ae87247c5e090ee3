import type { ModelMetadata } from "@nereid/core/transport-kit";
import { versionsOf } from "./repository.ts";
import { withBatch, type ServerModel } from "./server-model.ts";

/** What a server's metadata and configuration say of a model. */
export function describe(model: ServerModel): ModelMetadata {
  return {
    name: model.name,
    versions: versionsOf(model),
    platform: "test",
    inputs: model.inputs.map((tensor) => withBatch(model, tensor)),
    outputs: model.outputs.map((tensor) => withBatch(model, tensor)),
    maxBatchRows: model.maxBatchRows,
    decoupled: model.decoupled !== undefined,
    ...(model.sequence === undefined ? {} : { sequence: model.sequence }),
  };
}
