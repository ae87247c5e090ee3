import type { DecodeError } from "../errors/errors.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import type { Entry } from "./entry.ts";
import {
  sendPart,
  settleEach,
  type BatchRunner,
  type CallContext,
  type PartUnderWay,
} from "./send-part.ts";
import { takeApart } from "./take-apart.ts";
import { throwLater } from "./throw-later.ts";

/**
 * Sends one batch and settles each of its records exactly once. As a rule it is answered, so that nothing is
 * made for the case that it is not; a batch that fails is taken apart.
 *
 * @param onEnd - called once, behind the last record
 */
export function runBatch<R, Row>(
  runner: BatchRunner<R, Row>,
  batch: readonly Entry<R, Row>[],
  call: CallContext,
  onEnd: () => void,
): void {
  const part = sendOrThrowLater(runner, batch, call);
  if (part === undefined) {
    // Who called this may be about to send the next batch, and the end of this one would do so too.
    queueMicrotask(onEnd);
    return;
  }
  const failed = (): Promise<void> => takeApart(runner, batch, call, part).finally(onEnd);
  void part.answer.then((response) => {
    const rows = rowsOf(runner, part, response);
    if (rows === undefined) return failed();
    try {
      settleEach(runner, part, rows);
    } finally {
      onEnd();
    }
    return undefined;
  }, failed);
}

function sendOrThrowLater<R, Row>(
  runner: BatchRunner<R, Row>,
  batch: readonly Entry<R, Row>[],
  call: CallContext,
): PartUnderWay<R, Row> | undefined {
  try {
    return sendPart(runner, batch, call, 0);
  } catch (error) {
    throwLater(error);
    return undefined;
  }
}

/** Undefined when the answer cannot be read. */
function rowsOf<R, Row>(
  runner: BatchRunner<R, Row>,
  { sent }: PartUnderWay<R, Row>,
  response: InferenceResponse,
): readonly (Row | DecodeError)[] | undefined {
  try {
    return runner.plan.outputs.decode(response, sent.length);
  } catch {
    // It is read once more, by the one who tells what is wrong with it.
    return undefined;
  }
}
