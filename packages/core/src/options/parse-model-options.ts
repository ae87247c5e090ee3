import { OptionsError, type OptionIssue } from "../errors/errors.ts";
import type { CircuitBreakerOptions, ModelOptions, SequenceOptions } from "./model-options.ts";
import type { ModelOptionsInput } from "./model-options-input.ts";
import { modelRows } from "./model-rows.ts";
import {
  camelCase,
  isGiven,
  readRows,
  refuseUnknown,
  requireObject,
  type AddIssue,
  type OptionValues,
  type Spelling,
} from "./read-rows.ts";

type Values = Partial<OptionValues<typeof modelRows>>;

/**
 * Reads the options of one model in their camelCase spelling.
 *
 * @param alsoKnown - names beside the options that the same object may carry
 * @throws OptionsError listing every problem
 */
export function parseModelOptions(
  input: ModelOptionsInput,
  alsoKnown: readonly string[] = [],
): ModelOptions {
  requireObject(input);
  const issues: OptionIssue[] = [];
  refuseUnknown(input, Object.keys(modelRows), alsoKnown, camelCase, issues);
  const options = readModelOptions(input, camelCase, issues);
  if (issues.length > 0) throw new OptionsError(issues);
  return options;
}

/** Reads and cross-checks; problems go to `issues`, and only without any is the result complete. */
export function readModelOptions(
  given: object,
  spelling: Spelling,
  issues: OptionIssue[],
): ModelOptions {
  const values = readRows(modelRows, given, spelling, issues);
  const issue = (name: string, problem: string): void => {
    issues.push({ option: spelling.written(name), problem });
  };
  checkTimes(values, issue);
  if (!isGiven(given, "default-value", spelling)) checkOutcomes(values, spelling, issue);
  const byId = isGiven(given, "sequence-id", spelling);
  const byKey = isGiven(given, "sequence-key", spelling);
  if (byId && byKey) {
    issue("sequence-key", `expected no ${spelling.written("sequence-id")} with it, found one`);
  }
  if (byId) checkSequenceBatch("sequence-id", values, spelling, issue);
  else checkSequenceFlags(values, spelling, issue);
  if (byKey) checkSequenceBatch("sequence-key", values, spelling, issue);
  return toModelOptions(values);
}

function checkTimes(values: Values, issue: AddIssue): void {
  const { timeout = Number.POSITIVE_INFINITY } = values;
  const attempt = values["attempt-timeout"] ?? 0;
  if (attempt > timeout) {
    issue("attempt-timeout", `expected at most timeout (${timeout} ms), found ${attempt} ms`);
  }
  const initial = values["retry-initial-backoff"] ?? 0;
  const longest = values["retry-max-backoff"] ?? Number.POSITIVE_INFINITY;
  if (longest < initial) {
    issue(
      "retry-max-backoff",
      `expected at least the initial backoff (${initial} ms), found ${longest} ms`,
    );
  }
}

function checkOutcomes(values: Values, { written }: Spelling, issue: AddIssue): void {
  for (const name of ["on-error", "on-null"] as const) {
    if (values[name] === "default") {
      issue(name, `expected a ${written("default-value")} with it, found none`);
    }
  }
}

function checkSequenceFlags(values: Values, { written }: Spelling, issue: AddIssue): void {
  const needing = ["sequence-id-auto-increment", "sequence-start", "sequence-end"] as const;
  for (const name of needing) {
    if (values[name] === true) {
      issue(name, `expected a ${written("sequence-id")} with it, found none`);
    }
  }
}

function checkSequenceBatch(
  name: "sequence-id" | "sequence-key",
  values: Values,
  { written }: Spelling,
  issue: AddIssue,
): void {
  const batchSize = values["batch-size"] ?? 1;
  if (batchSize === 1) return;
  issue("batch-size", `expected 1 with a ${written(name)}, found ${batchSize}`);
}

function toModelOptions(values: Values): ModelOptions {
  const version = values["model-version"] ?? "";
  const batchSize = values["batch-size"] ?? 1;
  const defaultValue = values["default-value"];
  return {
    model: { name: values["model-name"] ?? "", ...(version === "" ? {} : { version }) },
    timeoutMs: values.timeout ?? 0,
    attemptTimeoutMs: values["attempt-timeout"],
    maxRetries: values["max-retries"] ?? 0,
    retryInitialBackoffMs: values["retry-initial-backoff"] ?? 0,
    retryMaxBackoffMs: values["retry-max-backoff"] ?? 0,
    retryBudget: values["retry-budget"] ?? 1,
    hedging: values.hedging ?? false,
    drainTimeoutMs: values["drain-timeout"] ?? 0,
    stallTimeoutMs: values["stall-timeout"] ?? Number.POSITIVE_INFINITY,
    circuitBreaker: toCircuitBreaker(values),
    healthCheck:
      values["health-check-enabled"] === true
        ? { intervalMs: values["health-check-interval"] ?? 1 }
        : undefined,
    onError: values["on-error"] ?? (defaultValue === undefined ? "fail" : "default"),
    onNull: values["on-null"] ?? "fail",
    defaultValue,
    batchSize,
    batchTimeoutMs: values["batch-timeout"] ?? 0,
    batchBytes: values["batch-bytes"] ?? 1,
    maxInFlight: values["max-in-flight"] ?? defaultMaxInFlight(batchSize),
    priority: values.priority,
    sequence: toSequence(values),
    sequenceKey: values["sequence-key"],
    sequenceIdleMs: values["sequence-idle"],
    flattenBatchDim: values["flatten-batch-dim"] ?? false,
    warmup: values.warmup,
  };
}

function defaultMaxInFlight(batchSize: number | "auto"): number | "auto" {
  if (batchSize === "auto") return "auto";
  return batchSize > 1 ? 4 : 100;
}

function toCircuitBreaker(values: Values): CircuitBreakerOptions | undefined {
  if (values["circuit-breaker-enabled"] !== true) return undefined;
  return {
    failureThreshold: values["circuit-breaker-failure-threshold"] ?? 1,
    timeoutMs: values["circuit-breaker-timeout"] ?? 1,
    halfOpenRequests: values["circuit-breaker-half-open-requests"] ?? 1,
  };
}

/** Auto-increment alone makes each request a sequence of its own. */
function toSequence(values: Values): SequenceOptions | undefined {
  const id = values["sequence-id"];
  if (id === undefined) return undefined;
  const autoIncrement = values["sequence-id-auto-increment"] ?? false;
  const start = values["sequence-start"];
  const end = values["sequence-end"];
  const whole = autoIncrement && start === undefined && end === undefined;
  return {
    id,
    autoIncrement,
    scope: values["sequence-id-scope"] ?? "restart",
    start: start ?? whole,
    end: end ?? whole,
    subtaskIndex: values["subtask-index"] ?? 0,
  };
}
