import type { Proof } from "./proof.ts";
import { proofsOfAnswers } from "./proofs-of-answers.ts";
import { proofsOfCalls } from "./proofs-of-calls.ts";
import { proofsOfRows } from "./proofs-of-rows.ts";

/** The number of promises: P1 to P20. */
export const promiseCount = 20;

/** Every mechanism with its test, in the order of the promises. */
export const proofs: readonly Proof[] = [
  ...proofsOfRows,
  ...proofsOfCalls,
  ...proofsOfAnswers,
].toSorted((left, right) => numberOf(left) - numberOf(right));

function numberOf({ promise }: Proof): number {
  return Number(promise.slice(1));
}
