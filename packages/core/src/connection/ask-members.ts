import { ClosedError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { Call } from "../transport/transport.ts";

/** Asks one of several; the call's signal aborts as soon as another has answered. */
export type Ask<T, R> = (member: T, call: Partial<Call> & Pick<Call, "signal">) => Promise<R>;

/**
 * Asks all at once: one that hangs must not hold up the others.
 *
 * @returns the first answer
 * @throws when nobody answers: a server's own words rather than the loss of another; the signal's
 *   reason as it is
 */
export async function firstAnswer<T, R>(
  members: readonly T[],
  call: Partial<Call> | undefined,
  ask: Ask<T, R>,
): Promise<R> {
  const controller = new AbortController();
  const outer = call?.signal;
  const signal =
    outer === undefined ? controller.signal : AbortSignal.any([outer, controller.signal]);
  try {
    return await Promise.any(members.map((one) => ask(one, { ...call, signal })));
  } catch (error) {
    if (outer?.aborted === true) throw outer.reason;
    throw error instanceof AggregateError ? mostTelling(error.errors) : error;
  } finally {
    controller.abort(new ClosedError("question: expected to be needed, found another answer"));
  }
}

/** Asks all at once. @returns true as soon as one says yes. @throws when nobody says yes or no */
export async function anySays<T>(
  members: readonly T[],
  call: Partial<Call> | undefined,
  ask: Ask<T, boolean>,
): Promise<boolean> {
  let saidNo = false;
  try {
    return await firstAnswer(members, call, async (one, its) => {
      if (await ask(one, its)) return true;
      saidNo = true;
      throw new ClosedError("question: expected yes, found no");
    });
  } catch (error) {
    if (saidNo && call?.signal?.aborted !== true) return false;
    throw error;
  }
}

/** Has every one do something. @throws the first failure, when all have ended */
export async function everyOne<T>(
  members: readonly T[],
  act: (member: T) => Promise<void>,
): Promise<void> {
  const ended = await Promise.allSettled(members.map(act));
  const failed = ended.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

function mostTelling(errors: readonly unknown[]): unknown {
  const answered = errors.find(
    (error) => InferenceError.is(error) && error.delivery === "answered",
  );
  return answered ?? errors[0];
}
