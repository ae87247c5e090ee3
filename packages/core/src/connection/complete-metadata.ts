import { ServerError } from "../errors/errors.ts";
import type { ModelConfig } from "../protocol/management.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";

/**
 * Adds to a model's metadata what only its configuration tells. Operators can forbid configurations
 * alone; the metadata then stays as it is.
 */
export async function completeMetadata(
  metadata: ModelMetadata,
  configuration: Promise<ModelConfig>,
): Promise<ModelMetadata> {
  const config = await unlessRefused(configuration);
  if (config === undefined) return metadata;
  const optional = new Set(config.optionalInputs);
  return {
    ...metadata,
    maxBatchRows: config.maxBatchRows,
    decoupled: config.decoupled,
    ...(config.sequence === undefined ? {} : { sequence: config.sequence }),
    inputs: metadata.inputs.map((input) =>
      optional.has(input.name) ? { ...input, optional: true } : input,
    ),
  };
}

async function unlessRefused(config: Promise<ModelConfig>): Promise<ModelConfig | undefined> {
  try {
    return await config;
  } catch (error) {
    if (error instanceof ServerError && !error.retryable) return undefined;
    throw error;
  }
}
