import type { Call } from "@nereid/core/transport-kit";
import { expect } from "vitest";

/** An assertion of the test runner. */
export const expectThat: typeof expect = expect;

/** A call that only its signal ends. */
export function callOf(signal: AbortSignal = new AbortController().signal): Call {
  return { signal, headers: {}, attempt: 1 };
}
