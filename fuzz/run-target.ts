import { readFileSync, writeFileSync, existsSync } from "node:fs";
import { InferenceError } from "@nereid/core/transport-kit";
import fc from "fast-check";
import { mutated } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

/** What came of a target. */
export interface FuzzResult {
  readonly runs: number;
  readonly ms: number;
  /** What was thrown for the smallest input that was found, which is in the regression file. */
  readonly failure: string | undefined;
}

/** Reads an input. @throws what is no refusal of ours */
export function readOnce({ read }: FuzzTarget, bytes: Uint8Array): void {
  try {
    read(bytes);
  } catch (error) {
    if (!InferenceError.is(error)) throw error;
  }
}

/** Runs a target for a time, and keeps the input of a failure. */
export function runTarget(target: FuzzTarget, ms: number, seed: number): FuzzResult {
  const startedAt = performance.now();
  let runs = 0;
  const property = fc.property(mutated(target.samples), (bytes) => {
    runs += 1;
    readOnce(target, bytes);
  });
  const { counterexample, errorInstance } = fc.check(property, {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: ms,
    markInterruptAsFailure: false,
  });
  const failure = counterexample === null ? undefined : String(errorInstance);
  if (counterexample !== null) keepRegression(target.name, counterexample[0]);
  return { runs, ms: performance.now() - startedAt, failure };
}

/** Inputs that once went wrong, in hex. */
export function regressionsOf(name: string): readonly Uint8Array[] {
  const path = regressionPath(name);
  if (!existsSync(path)) return [];
  const inputs: readonly string[] = JSON.parse(readFileSync(path, "utf8"));
  return inputs.map((hex) => Uint8Array.from(Buffer.from(hex, "hex")));
}

function keepRegression(name: string, bytes: Uint8Array): void {
  const known = regressionsOf(name).map((one) => Buffer.from(one).toString("hex"));
  const all = new Set([...known, Buffer.from(bytes).toString("hex")]);
  writeFileSync(regressionPath(name), `${JSON.stringify([...all], null, 2)}\n`);
}

function regressionPath(name: string): URL {
  return new URL(`./regressions/${name}.json`, import.meta.url);
}
