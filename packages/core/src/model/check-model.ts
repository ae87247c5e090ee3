import { OptionsError, type OptionIssue } from "../errors/errors.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";

/** Letters without anyone to take them would be lost records. @throws OptionsError */
export function checkLetters({ onError }: ModelOptions, onDeadLetter: unknown): void {
  if (onError !== "dead-letter" || onDeadLetter !== undefined) return;
  throw new OptionsError([
    { option: "onError", problem: "expected an onDeadLetter with dead-letter, found none" },
  ]);
}

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
  const { batchSize, sequence, sequenceKey, sequenceIdleMs } = options;
  if (batchSize !== "auto" && batchSize > maxBatchRows) {
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
  if (isKnownStateless(metadata) && (sequence ?? sequenceKey) !== undefined) {
    issues.push({
      option: sequence === undefined ? "sequenceKey" : "sequenceId",
      problem: `expected a stateful model with it, found "${metadata.name}" to be stateless`,
    });
  }
  const serverIdleMs = (metadata.sequence?.maxIdleUs ?? Number.POSITIVE_INFINITY) / 1000;
  if (sequenceIdleMs !== undefined && sequenceIdleMs >= serverIdleMs) {
    issues.push({
      option: "sequenceIdle",
      problem: `expected less than the ${serverIdleMs} ms after which the server forgets a sequence, found ${sequenceIdleMs} ms`,
    });
  }
  if (issues.length > 0) throw new OptionsError(issues);
}

/** Only a server that tells its batch limit tells of sequences as well. */
export function isKnownStateless({ maxBatchRows, sequence }: ModelMetadata): boolean {
  return maxBatchRows !== undefined && sequence === undefined;
}
