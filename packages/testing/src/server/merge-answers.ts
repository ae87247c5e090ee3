import type { InferenceRequest, InferenceResponse } from "@nereid/core/transport-kit";

/** Requests of one stream that are answered at once; the next one is read when one of them is done. */
const maxRequestsAtOnce = 16;

type Arrival = { readonly response: InferenceResponse } | { readonly error: unknown };

/** Answers one request. */
export type AnswersOf = (
  request: InferenceRequest,
  signal: AbortSignal,
) => AsyncIterable<InferenceResponse>;

/**
 * Yields the answers of several requests as they come: of one request in order, of different ones mixed.
 * Each request waits with its next answer until the last one was taken.
 *
 * @throws what the first request that fails throws, or the iterable of requests; the signal's reason as it is
 */
export async function* mergeAnswers(
  requests: AsyncIterable<InferenceRequest>,
  answersOf: AnswersOf,
  signal: AbortSignal,
): AsyncGenerator<InferenceResponse> {
  const left = new AbortController();
  const gone = AbortSignal.any([signal, left.signal]);
  const iterator = requests[Symbol.asyncIterator]();
  const arrivals = createHandover<Arrival>();
  const room = createRoom(maxRequestsAtOnce);
  let isReading = true;

  const answer = async (request: InferenceRequest): Promise<void> => {
    try {
      for await (const response of answersOf(request, gone)) {
        await arrivals.give({ response });
        if (gone.aborted) return;
      }
    } catch (error) {
      await arrivals.give({ error });
    } finally {
      room.leave();
      arrivals.wake();
    }
  };
  const read = async (): Promise<void> => {
    try {
      for (;;) {
        await room.enter();
        if (gone.aborted) return;
        const next = await iterator.next();
        if (next.done === true) return;
        void answer(next.value);
      }
    } catch (error) {
      await arrivals.give({ error });
    } finally {
      isReading = false;
      room.leave();
      arrivals.wake();
    }
  };

  signal.addEventListener("abort", arrivals.wake);
  void read();
  try {
    for (;;) {
      const arrival = await arrivals.take(
        () => signal.aborted || (!isReading && room.used() === 0),
      );
      signal.throwIfAborted();
      if (arrival === undefined) return;
      if ("error" in arrival) throw arrival.error;
      yield arrival.response;
    }
  } finally {
    signal.removeEventListener("abort", arrivals.wake);
    left.abort();
    arrivals.drop();
    // Not awaited: a source that is asked for its next request ends only when it has one.
    if (isReading) void endSource(iterator);
  }
}

/** A source that cannot even end in order has nobody left to tell. */
async function endSource(iterator: AsyncIterator<InferenceRequest>): Promise<void> {
  await Promise.resolve(iterator.return?.()).catch(() => undefined);
}

interface Handover<T> {
  /** Resolves when the item was taken, or will never be. */
  give(item: T): Promise<void>;
  /** The next item; undefined when there is none and `isOver` says that none will come. */
  take(isOver: () => boolean): Promise<T | undefined>;
  /** Lets `take` look again. */
  wake(): void;
  /** Takes nothing any more. */
  drop(): void;
}

function createHandover<T>(): Handover<T> {
  const waiting: { readonly item: T; readonly taken: () => void }[] = [];
  let isDropped = false;
  let look = (): void => undefined;
  return {
    give: (item) =>
      new Promise((taken) => {
        if (isDropped) return taken();
        waiting.push({ item, taken });
        look();
      }),
    async take(isOver) {
      while (waiting.length === 0 && !isOver()) {
        await new Promise<void>((resolve) => {
          look = resolve;
        });
      }
      const first = waiting.shift();
      first?.taken();
      return first?.item;
    },
    wake: () => look(),
    drop() {
      isDropped = true;
      for (const { taken } of waiting.splice(0)) taken();
    },
  };
}

interface Room {
  /** Resolves when there is a place. */
  enter(): Promise<void>;
  leave(): void;
  used(): number;
}

function createRoom(places: number): Room {
  let used = 0;
  let waiting: (() => void) | undefined;
  return {
    async enter() {
      if (used >= places) {
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
      }
      used += 1;
    },
    leave() {
      used -= 1;
      waiting?.();
      waiting = undefined;
    },
    used: () => used,
  };
}
