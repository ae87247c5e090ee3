import { DeadlineError, DecodeError, ServerError } from "@nereid/core";
import type { Call } from "@nereid/core/transport-kit";
import type { CommandContext } from "../command/context.ts";

/** What a server told, or why it did not. */
export type Told<T> = { readonly value: T } | { readonly reason: string };

/** The time that a server has to answer all questions of one command. */
export const askTimeoutMs = 30_000;

/**
 * Asks questions with a time bound.
 *
 * @throws DeadlineError when the time has passed; the reason of the drain signal
 */
export async function askServer<T>(
  { clock, drain }: Pick<CommandContext, "clock" | "drain">,
  ask: (call: Call) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const cancel = clock.setTimer(() => {
    const message = `server: expected its answers within ${askTimeoutMs} ms, found none`;
    late.abort(new DeadlineError(message, { bound: "call", delivery: "unknown" }));
  }, askTimeoutMs);
  try {
    return await ask({ signal: AbortSignal.any([drain, late.signal]), headers: {}, attempt: 1 });
  } finally {
    cancel();
  }
}

/** A server that refuses a question, or gives an answer that is none, is one that does not tell. */
export async function told<T>(question: Promise<T>): Promise<Told<T>> {
  try {
    return { value: await question };
  } catch (error) {
    if (error instanceof ServerError || error instanceof DecodeError) {
      return { reason: error.message };
    }
    throw error;
  }
}

/** The value that was told; null stands for "unknown". */
export function orNull<T>(answer: Told<T>): T | null {
  return "value" in answer ? answer.value : null;
}
