import type { Flow } from "./flow.ts";
import type { Settled } from "./settled.ts";
import { createSource, type RecordSource, type Source } from "./source.ts";

/** What is iterated, and what comes of it. */
export interface Iteration<R, Row, Item> {
  readonly records: RecordSource<R>;
  readonly openFlow: (wake: () => void) => Flow<R, Row>;
  readonly signal: AbortSignal | undefined;
  /** An item to pass on, or undefined when the record is left out. Throws to end the stream. */
  readonly emit: (settled: Settled<R, Row>) => Item | undefined;
}

/**
 * Runs a source of records through a flow. The source is read only while the flow has room, so a slow
 * reader stops the reading of records. Leaving the loop early closes the flow and the source.
 *
 * A generator does whatever has to be waited for, and answers calls in their order. What is at hand goes
 * past it, for a turn of a generator costs several times as much as a promise.
 *
 * @throws the source's own error once every earlier record has come out; the signal's reason at once
 */
export function iterateFlow<R, Row, Item>(
  iteration: Iteration<R, Row, Item>,
): AsyncGenerator<Item, void, undefined> {
  const run = createRun(iteration);
  const generator = run.items();
  /** Calls that the generator has not answered: later ones must not overtake them. */
  let asked = 0;
  const answered = (): void => {
    asked -= 1;
  };
  const ask = <T>(answer: Promise<T>): Promise<T> => {
    asked += 1;
    answer.then(answered, answered);
    return answer;
  };
  return {
    next() {
      if (asked > 0) return ask(generator.next());
      try {
        const value = run.take();
        if (value !== undefined) return Promise.resolve({ done: false, value });
      } catch (error) {
        // It is where its last item left, so this closes what it has open.
        return ask(generator.throw(error));
      }
      return ask(generator.next());
    },
    return: (value) => ask(generator.return(value)),
    throw: (error) => ask(generator.throw(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await ask(generator.return());
    },
  };
}

interface Run<Item> {
  /** The next item that is at hand; undefined when there is none, and before the generator's first turn. */
  take(): Item | undefined;
  items(): AsyncGenerator<Item, void, undefined>;
}

function createRun<R, Row, Item>({
  records,
  openFlow,
  signal,
  emit,
}: Iteration<R, Row, Item>): Run<Item> {
  let flow: Flow<R, Row> | undefined;
  let source: Source | undefined;
  let wakeUp: (() => void) | undefined;
  const wake = (): void => {
    wakeUp?.();
    wakeUp = undefined;
  };
  const woken = (): Promise<void> =>
    new Promise((resolve) => {
      wakeUp = resolve;
    });

  const take = (): Item | undefined => {
    if (flow === undefined || source === undefined) return undefined;
    for (;;) {
      source.fill();
      const settled = flow.shift();
      if (settled === undefined) return undefined;
      const item = emit(settled);
      if (item !== undefined) return item;
    }
  };
  const close = async (): Promise<void> => {
    flow?.close(signal?.reason);
    await source?.close();
  };
  /** True when every item has come out. */
  const isOver = (): boolean => {
    if (signal?.aborted === true) throw signal.reason;
    if (flow === undefined || source === undefined || flow.size > 0 || !source.ended) return false;
    if (source.failure !== undefined) throw source.failure.error;
    return true;
  };

  return {
    take,
    async *items() {
      let isBroken = false;
      try {
        flow = openFlow(wake);
        source = createSource(records, flow, wake);
        for (;;) {
          source.pull();
          const item = take();
          if (item !== undefined) yield item;
          else if (isOver()) return;
          else await woken();
        }
      } catch (error) {
        isBroken = true;
        throw error;
      } finally {
        // What broke the stream says more than a source that cannot be closed.
        if (isBroken) await close().catch(() => undefined);
        else await close();
      }
    },
  };
}
