import { describe, expect, it } from "vitest";
import type { ModelOptions } from "./model-options.ts";
import { camelCase } from "./read-rows.ts";
import { parseModelOptions } from "./parse-model-options.ts";
import { parseOptionMap, type OptionMap } from "./parse-option-map.ts";

const fromMap = (map: OptionMap): ModelOptions =>
  parseOptionMap({ provider: "p", "model-name": "m", ...map }, [
    { name: "p", needsEndpoint: false },
  ]).model;

/** The same options in the other spelling. */
const fromObject = (map: OptionMap): ModelOptions => {
  const entries = Object.entries(map).map(([name, value]) => [camelCase.written(name), value]);
  return parseModelOptions({ modelName: "m", ...Object.fromEntries(entries) });
};

const sequence = {
  id: "s",
  autoIncrement: false,
  scope: "restart",
  start: false,
  end: false,
  subtaskIndex: 0,
} as const;

describe("model options", () => {
  it("have the contract's defaults", () => {
    expect(fromMap({})).toEqual({
      model: { name: "m" },
      timeoutMs: 30_000,
      attemptTimeoutMs: undefined,
      maxRetries: 3,
      retryInitialBackoffMs: 100,
      retryMaxBackoffMs: 30_000,
      retryBudget: 0.2,
      hedging: false,
      stallTimeoutMs: 300_000,
      drainTimeoutMs: 30_000,
      circuitBreaker: undefined,
      onError: "fail",
      onNull: "fail",
      defaultValue: undefined,
      batchSize: 1,
      batchTimeoutMs: 0,
      batchBytes: 8 * 1024 * 1024,
      maxInFlight: 100,
      priority: undefined,
      sequence: undefined,
      sequenceKey: undefined,
      sequenceIdleMs: undefined,
      flattenBatchDim: false,
      warmup: undefined,
    });
  });

  const big = 2n ** 63n - 1n;
  /** As text, with its real type, and what becomes of both. */
  const cases: readonly (readonly [OptionMap, OptionMap, Partial<ModelOptions>])[] = [
    [{ "model-name": "a b..c" }, { "model-name": "a b..c" }, { model: { name: "a b..c" } }],
    [{ "model-version": "" }, { "model-version": undefined }, { model: { name: "m" } }],
    [{ "model-version": "latest" }, { "model-version": "latest" }, { model: { name: "m" } }],
    [{ "model-version": "12" }, { "model-version": 12 }, { model: { name: "m", version: "12" } }],
    [{ timeout: "5s" }, { timeout: 5000 }, { timeoutMs: 5000 }],
    [{ "attempt-timeout": "30s" }, { "attempt-timeout": 30_000 }, { attemptTimeoutMs: 30_000 }],
    [{ "retry-budget": ".1" }, { "retry-budget": 0.1 }, { retryBudget: 0.1 }],
    [{ hedging: "True" }, { hedging: true }, { hedging: true }],
    [
      { "stall-timeout": " None " },
      { "stall-timeout": Number.POSITIVE_INFINITY },
      { stallTimeoutMs: Infinity },
    ],
    [{ "drain-timeout": "0" }, { "drain-timeout": 0 }, { drainTimeoutMs: 0 }],
    [{ "stall-timeout": "5min" }, { "stall-timeout": 300_000 }, { stallTimeoutMs: 300_000 }],
    [{ "retry-budget": "1" }, { "retry-budget": 1 }, { retryBudget: 1 }],
    [
      { "circuit-breaker-enabled": "TRUE" },
      { "circuit-breaker-enabled": true },
      { circuitBreaker: { failureThreshold: 0.5, timeoutMs: 60_000, halfOpenRequests: 3 } },
    ],
    [
      {
        "circuit-breaker-enabled": "true",
        "circuit-breaker-failure-threshold": "0.8",
        "circuit-breaker-timeout": "5 s",
        "circuit-breaker-half-open-requests": "1",
      },
      {
        "circuit-breaker-enabled": true,
        "circuit-breaker-failure-threshold": 0.8,
        "circuit-breaker-timeout": 5000,
        "circuit-breaker-half-open-requests": 1,
      },
      { circuitBreaker: { failureThreshold: 0.8, timeoutMs: 5000, halfOpenRequests: 1 } },
    ],
    [
      { "circuit-breaker-timeout": "5 s" },
      { "circuit-breaker-timeout": 5000 },
      { circuitBreaker: undefined },
    ],
    [
      { "health-check-enabled": "true" },
      { "health-check-enabled": true },
      { healthCheck: { intervalMs: 30_000 } },
    ],
    [
      { "health-check-enabled": "true", "health-check-interval": "5 s" },
      { "health-check-enabled": true, "health-check-interval": 5000 },
      { healthCheck: { intervalMs: 5000 } },
    ],
    [
      { "health-check-interval": "5s" },
      { "health-check-interval": 5000 },
      { healthCheck: undefined },
    ],
    [{ "max-retries": "0" }, { "max-retries": 0 }, { maxRetries: 0 }],
    [
      { "retry-initial-backoff": "1 s" },
      { "retry-initial-backoff": 1000 },
      { retryInitialBackoffMs: 1000 },
    ],
    [{ "retry-max-backoff": "100ms" }, { "retry-max-backoff": 100 }, { retryMaxBackoffMs: 100 }],
    [{ "on-error": "Skip" }, { "on-error": "skip" }, { onError: "skip" }],
    [{ "on-error": "DEAD-LETTER" }, { "on-error": "dead-letter" }, { onError: "dead-letter" }],
    [{ "on-null": "SKIP" }, { "on-null": "skip" }, { onNull: "skip" }],
    [
      { "default-value": "null" },
      { "default-value": null },
      { defaultValue: { value: null }, onError: "default" },
    ],
    [{ "default-value": "N/A" }, { "default-value": "N/A" }, { defaultValue: { value: "N/A" } }],
    [
      { "default-value": '{"a": [1]}' },
      { "default-value": { a: [1] } },
      { defaultValue: { value: { a: [1] } } },
    ],
    [{ "default-value": `${big}` }, { "default-value": big }, { defaultValue: { value: big } }],
    [
      { "default-value": "0", "on-error": "fail", "on-null": "default" },
      { "default-value": 0, "on-error": "fail", "on-null": "default" },
      { defaultValue: { value: 0 }, onError: "fail", onNull: "default" },
    ],
    [{ "batch-size": " 8 " }, { "batch-size": 8 }, { batchSize: 8, maxInFlight: 4 }],
    [
      { "batch-size": "auto" },
      { "batch-size": " AUTO " },
      { batchSize: "auto", maxInFlight: "auto" },
    ],
    [{ "batch-timeout": "0" }, { "batch-timeout": 0 }, { batchTimeoutMs: 0 }],
    [{ "batch-timeout": "5ms" }, { "batch-timeout": 5 }, { batchTimeoutMs: 5 }],
    [{ "batch-bytes": "1 MiB" }, { "batch-bytes": 1_048_576 }, { batchBytes: 1_048_576 }],
    [{ "max-in-flight": " Auto " }, { "max-in-flight": "auto" }, { maxInFlight: "auto" }],
    [
      { "max-in-flight": "7", "batch-size": "2" },
      { "max-in-flight": 7, "batch-size": 2 },
      { maxInFlight: 7, batchSize: 2 },
    ],
    [{ priority: "0" }, { priority: 0 }, { priority: 0 }],
    [{ priority: "255" }, { priority: 255 }, { priority: 255 }],
    [{ "sequence-id": "s" }, { "sequence-id": "s" }, { sequence }],
    [
      { "sequence-key": "user", "sequence-idle": "2s" },
      { "sequence-key": "user", "sequence-idle": 2000 },
      { sequenceKey: "user", sequenceIdleMs: 2000 },
    ],
    [
      { "sequence-id": "s", "sequence-id-auto-increment": "TRUE", "subtask-index": "3" },
      { "sequence-id": "s", "sequence-id-auto-increment": true, "subtask-index": 3 },
      { sequence: { ...sequence, autoIncrement: true, start: true, end: true, subtaskIndex: 3 } },
    ],
    [
      { "sequence-id": "s", "sequence-id-auto-increment": "true", "sequence-start": "false" },
      { "sequence-id": "s", "sequence-id-auto-increment": true, "sequence-start": false },
      { sequence: { ...sequence, autoIncrement: true } },
    ],
    [
      { "sequence-id": "s", "sequence-id-auto-increment": "true", "sequence-end": "false" },
      { "sequence-id": "s", "sequence-id-auto-increment": true, "sequence-end": false },
      { sequence: { ...sequence, autoIncrement: true } },
    ],
    [
      { "sequence-id": "${user}", "sequence-id-scope": "RUN", "sequence-end": "true" },
      { "sequence-id": "${user}", "sequence-id-scope": "run", "sequence-end": true },
      { sequence: { ...sequence, id: "${user}", scope: "run", end: true } },
    ],
    [{ "flatten-batch-dim": "True" }, { "flatten-batch-dim": true }, { flattenBatchDim: true }],
    [{ warmup: "auto" }, { warmup: "auto" }, { warmup: "auto" }],
    [{ warmup: '{"x": 1}' }, { warmup: { x: 1 } }, { warmup: [{ x: 1 }] }],
    [{ warmup: '[{"x": 1}]' }, { warmup: [{ x: 1 }] }, { warmup: [{ x: 1 }] }],
  ];
  it.each(cases)("read %o like %o", (text, real, expected) => {
    expect(fromMap(text)).toMatchObject(expected);
    expect(fromMap(real)).toEqual(fromMap(text));
    expect(fromObject(real)).toEqual(fromMap(text));
    expect(fromObject(text)).toEqual(fromMap(text));
  });
});
