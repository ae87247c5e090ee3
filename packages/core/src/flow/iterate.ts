import type { Flow } from "./flow.ts";
import type { Settled } from "./settled.ts";

/** A stream of records: an array, a generator, or anything asynchronous that can be iterated. */
export type RecordSource<R> = Iterable<R> | AsyncIterable<R>;

/**
 * Runs a source of records through a flow. The source is read only while the flow has room, so a slow
 * reader stops the reading of records. Leaving the loop early closes the flow and the source.
 *
 * @throws the source's own error once every earlier record has come out; the signal's reason at once
 */
export async function* iterateFlow<R, Row>(
  records: RecordSource<R>,
  openFlow: (wake: () => void) => Flow<R, Row>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Settled<R, Row>, void, undefined> {
  let wakeUp: (() => void) | undefined;
  const wake = (): void => {
    wakeUp?.();
    wakeUp = undefined;
  };
  const flow = openFlow(wake);
  const source = createSource(records, flow, wake);
  try {
    for (;;) {
      source.pull();
      const settled = flow.shift();
      if (settled !== undefined) {
        yield settled;
        continue;
      }
      if (signal?.aborted === true) throw signal.reason;
      if (flow.size === 0 && source.ended) {
        if (source.failure !== undefined) throw source.failure.error;
        return;
      }
      await new Promise<void>((resolve) => {
        wakeUp = resolve;
      });
    }
  } finally {
    flow.close(signal?.reason);
    await source.close();
  }
}

interface Source {
  readonly ended: boolean;
  readonly failure: { readonly error: unknown } | undefined;
  /** Reads as many records as the flow has room for and the source has at hand. */
  pull(): void;
  close(): Promise<void>;
}

function createSource<R, Row>(
  records: RecordSource<R>,
  flow: Flow<R, Row>,
  wake: () => void,
): Source {
  const iterator: Iterator<R> | AsyncIterator<R> =
    Symbol.asyncIterator in records ? records[Symbol.asyncIterator]() : records[Symbol.iterator]();
  let reading = false;
  let ended = false;
  /** It has nothing more by its own account, and need not be told. */
  let isOver = false;
  let failure: { readonly error: unknown } | undefined;

  const end = (): void => {
    ended = true;
    flow.flush();
  };
  const fail = (error: unknown): void => {
    isOver = true;
    failure = { error };
    end();
  };
  const push = (record: R): void => {
    if (flow.closed) return;
    try {
      flow.push(record);
    } catch (error) {
      // The model takes nothing more; the source does not know yet.
      failure = { error };
      end();
    }
  };
  const take = (step: IteratorResult<R>): void => {
    if (step.done !== true) {
      push(step.value);
      return;
    }
    isOver = true;
    end();
  };
  const takeLater = (step: PromiseLike<IteratorResult<R>>): void => {
    reading = true;
    const resume = (act: () => void): void => {
      reading = false;
      attempt(act);
      pull();
      wake();
    };
    step.then(
      (result) => resume(() => take(result)),
      (error: unknown) => resume(() => fail(error)),
    );
  };
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      fail(error);
    }
  };
  const pull = (): void => {
    while (!ended && !reading && flow.room > 0) {
      attempt(() => {
        const step = iterator.next();
        if ("then" in step) takeLater(step);
        else take(step);
      });
    }
  };

  return {
    get ended() {
      return ended;
    },
    get failure() {
      return failure;
    },
    pull,
    async close() {
      if (isOver) return;
      isOver = true;
      ended = true;
      const returned = Promise.resolve(iterator.return?.());
      // A generator that is waiting for its next record answers `return` only after it.
      if (reading) returned.catch(() => undefined);
      else await returned;
    },
  };
}
