import { OptionsError, type OptionIssue } from "../errors/errors.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";

/**
 * Compares the options with what the server said of the model.
 *
 * @throws OptionsError listing every option that the model cannot follow
 */
export function checkModel(
  options: ModelOptions,
  metadata: ModelMetadata,
  maxBatchRows: number,
): void {
  const issues: OptionIssue[] = [];
  const { batchSize, sequence } = options;
  if (batchSize > maxBatchRows) {
    issues.push({
      option: "batchSize",
      problem: `expected at most ${maxBatchRows} for model "${metadata.name}", found ${batchSize}`,
    });
  }
  if (metadata.decoupled === true) {
    issues.push({
      option: "model",
      problem: `expected a model with one answer for each request, found "${metadata.name}" to be decoupled`,
    });
  }
  // Only a server that tells its batch limit tells of sequences as well.
  const isKnownStateless = metadata.maxBatchRows !== undefined && metadata.sequence === undefined;
  if (sequence !== undefined && isKnownStateless) {
    issues.push({
      option: "sequenceId",
      problem: `expected a stateful model with it, found "${metadata.name}" to be stateless`,
    });
  }
  if (issues.length > 0) throw new OptionsError(issues);
}
