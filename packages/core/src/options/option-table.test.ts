import { describe, expect, expectTypeOf, it } from "vitest";
import type { ConnectionOptionsInput } from "./connection-options-input.ts";
import type { connectionRows } from "./connection-rows.ts";
import type { ModelOptionsInput } from "./model-options-input.ts";
import type { modelRows } from "./model-rows.ts";
import { optionTable } from "./option-table.ts";

/** Every name of the contract, but `provider`, which picks whose options they are. */
const contract = `
  endpoint model-name model-version timeout attempt-timeout connection-timeout max-retries
  retry-initial-backoff retry-max-backoff retry-budget hedging stall-timeout drain-timeout on-error on-null default-value batch-size
  batch-timeout batch-bytes max-in-flight priority sequence-id sequence-id-auto-increment
  sequence-id-scope sequence-start sequence-end sequence-key sequence-idle subtask-index
  flatten-batch-dim binary-data compression compression-min-bytes response-compression auth-token
  custom-headers tls-ca tls-cert tls-key tls-servername tls-insecure connection-pool-max-idle
  connection-pool-keep-alive connection-pool-max-total connection-reuse-enabled
  connection-pool-monitoring-enabled health-check-enabled health-check-interval
  circuit-breaker-enabled circuit-breaker-failure-threshold circuit-breaker-timeout
  circuit-breaker-half-open-requests warmup max-response-bytes
`
  .trim()
  .split(/\s+/);

describe("the table of options", () => {
  it("has each name of the contract once, and no other", () => {
    const names = optionTable.map(({ name }) => name);
    expect(names.toSorted()).toEqual(contract.toSorted());
  });

  it("tells of each option its kind, its default and what it does", () => {
    for (const { type, default: fallback, description } of optionTable) {
      expect(type).not.toBe("");
      expect(fallback).not.toBe("");
      expect(description).toMatch(/^[A-Z`].*\.$/);
    }
  });

  it("has the names of the TypeScript interfaces", () => {
    type Camel<S> = S extends `${infer Head}-${infer Tail}`
      ? `${Head}${Capitalize<Camel<Tail>>}`
      : S;
    expectTypeOf<Camel<keyof typeof modelRows>>().toEqualTypeOf<keyof ModelOptionsInput>();
    expectTypeOf<Camel<keyof typeof connectionRows>>().toEqualTypeOf<
      keyof ConnectionOptionsInput
    >();
  });
});
