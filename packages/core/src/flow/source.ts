import type { Flow } from "./flow.ts";

/** A stream of records: an array, a generator, or anything asynchronous that can be iterated. */
export type RecordSource<R> = Iterable<R> | AsyncIterable<R>;

/** A source of records that fills a flow. */
export interface Source {
  /** It gives nothing more: it is over, it failed, or the flow refused a record. */
  readonly ended: boolean;
  readonly failure: { readonly error: unknown } | undefined;
  /** Reads as many records as the flow has room for and the source has at hand. */
  pull(): void;
  /** Reads when a few places are free: records that are read together share a batch, and cost less. */
  fill(): void;
  /** Tells the source that nothing more is wanted, unless it is over by its own account. */
  close(): Promise<void>;
}

/** How the next record is asked for. */
interface Reader {
  /** Takes a step of the source, at once or later. */
  read(): void;
  /** Ends the source early. */
  leave(): unknown;
}

/** Places that a reader leaves empty at most before the source is read again. */
const mostAtOnce = 32;

/** Reads records into a flow. @param wake - called when something was read that came later */
export function createSource<R>(
  records: RecordSource<R>,
  flow: Pick<Flow<R, unknown>, "room" | "closed" | "push" | "flush">,
  wake: () => void,
): Source {
  const stride = Math.min(mostAtOnce, Math.ceil(flow.room / 4));
  let isReading = false;
  /** It has nothing more by its own account, and need not be told. */
  let isOver = false;

  const end = (): void => {
    source.ended = true;
    flow.flush();
  };
  const fail = (error: unknown): void => {
    isOver = true;
    source.failure = { error };
    end();
  };
  const push = (record: R): void => {
    if (flow.closed) return;
    try {
      flow.push(record);
    } catch (error) {
      // The model takes nothing more; the source does not know yet.
      source.failure = { error };
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
  // One read is under way at most, so both reactions serve for all of them.
  const onStep = (step: IteratorResult<R>): void => {
    isReading = false;
    try {
      take(step);
    } catch (error) {
      fail(error);
    }
    pull();
    wake();
  };
  const onFailure = (error: unknown): void => {
    isReading = false;
    fail(error);
    wake();
  };
  const openReader = (): Reader => {
    if (Symbol.asyncIterator in records) {
      const later = records[Symbol.asyncIterator]();
      const read = (): void => {
        const step = Promise.resolve(later.next());
        isReading = true;
        step.then(onStep, onFailure);
      };
      return { read, leave: () => later.return?.() };
    }
    const iterator = records[Symbol.iterator]();
    return { read: () => take(iterator.next()), leave: () => iterator.return?.() };
  };
  const reader = openReader();
  const fill = (): void => {
    if (flow.room >= stride) pull();
  };
  const pull = (): void => {
    while (!source.ended && !isReading && flow.room > 0) {
      try {
        reader.read();
      } catch (error) {
        fail(error);
      }
    }
  };

  // Plain members: what has a getter stays in memory until a full collection.
  const source: Source & { ended: boolean; failure: Source["failure"] } = {
    ended: false,
    failure: undefined,
    pull,
    fill,
    async close() {
      if (isOver) return;
      isOver = true;
      source.ended = true;
      const returned = Promise.resolve(reader.leave());
      // A generator that is waiting for its next record answers `return` only after it.
      if (isReading) returned.catch(() => undefined);
      else await returned;
    },
  };
  return source;
}
