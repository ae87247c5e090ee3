import {
  ReadableStream,
  WritableStream,
  type ReadableStreamDefaultController,
  type ReadableWritablePair,
  type WritableStreamDefaultController,
} from "node:stream/web";
import type { Flow, FlowOptions, Model } from "@nereid/core";
import type { Emit } from "./emit.ts";

/** A record that found no room, and its `write` with it. */
interface WaitingWrite<R> {
  readonly record: R;
  readonly done: () => void;
  readonly refused: (reason: unknown) => void;
}

/** The records are over: the writer closed, gave up, or the model takes no more. */
interface Ending {
  readonly failure?: { readonly error: unknown };
}

/** Records that wait beside the window, as many as those of the Duplex do. */
const bufferedWrites = 16;

/**
 * Makes both sides of a pair over a flow. A TransformStream waits for each item before it takes the next
 * one, and costs more than the rest of a row, so there is none.
 */
export function createFlowPair<R extends object, Row extends object, T extends R, Item>(
  model: Model<R, Row>,
  emit: Emit<T, Row, Item>,
  options: FlowOptions<T>,
): ReadableWritablePair<Item, T> {
  let waiting: WaitingWrite<T> | undefined;
  let ending: Ending | undefined;
  let isWanted = false;
  let isWoken = false;
  let isOver = false;

  const flow: Flow<T, Row> = model.flow(options, wake);

  /** Rows of a batch come out together, once the last of them has settled. */
  function wake(): void {
    if (isWoken) return;
    isWoken = true;
    queueMicrotask(() => {
      isWoken = false;
      pump();
    });
  }

  function pump(): void {
    if (isOver) return;
    try {
      deliver();
    } catch (error) {
      fail(error);
      return;
    }
    accept();
    if (options.signal?.aborted === true) fail(options.signal.reason);
    else finishWhenEmpty();
  }

  function deliver(): void {
    while (isWanted) {
      const settled = flow.shift();
      if (settled === undefined) return;
      const item = emit(settled);
      if (item === undefined) continue;
      isWanted = false;
      // A reader that waits for more asks for it within this call.
      output.enqueue(item);
    }
  }

  function accept(): void {
    if (waiting === undefined || flow.room === 0) return;
    const { record, done, refused } = waiting;
    waiting = undefined;
    try {
      push(record);
      done();
    } catch (error) {
      refused(error);
    }
  }

  /** @throws what the flow says when it takes no more; what it has comes out before that */
  function push(record: T): void {
    try {
      flow.push(record);
    } catch (error) {
      end({ failure: { error } });
      throw error;
    }
  }

  function end(how: Ending): void {
    ending = how;
    flow.flush();
    wake();
  }

  function finishWhenEmpty(): void {
    if (isOver || ending === undefined || flow.size > 0 || waiting !== undefined) return;
    isOver = true;
    flow.close();
    if (ending.failure === undefined) output.close();
    else output.error(ending.failure.error);
  }

  function letGo(reason: unknown): void {
    isOver = true;
    flow.close(reason);
    input.error(reason);
    waiting?.refused(reason);
  }

  function fail(error: unknown): void {
    letGo(error);
    output.error(error);
  }

  let output: ReadableStreamDefaultController<Item>;
  const readable = new ReadableStream<Item>(
    {
      start(controller) {
        output = controller;
      },
      pull() {
        isWanted = true;
        pump();
      },
      cancel: letGo,
    },
    // Rows in a buffer of the stream would be lost to an error behind them.
    { highWaterMark: 0 },
  );
  let input: WritableStreamDefaultController;
  const writable = new WritableStream<T>(
    {
      start(controller) {
        input = controller;
      },
      write(record) {
        if (flow.room > 0) {
          push(record);
          return undefined;
        }
        return new Promise((done, refused) => {
          waiting = { record, done, refused };
        });
      },
      close: () => end({}),
      abort: (error) => end({ failure: { error } }),
    },
    { highWaterMark: bufferedWrites },
  );
  return { readable, writable };
}
