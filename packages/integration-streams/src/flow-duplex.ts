import { Duplex } from "node:stream";
import type { Flow, FlowOptions, Model } from "@nereid/core";
import type { Emit } from "./emit.ts";

/** How a Node stream is made over a model. */
export interface DuplexOptions<R = unknown> extends FlowOptions<R> {
  /** Items that each side of the stream buffers beside the window. Default: 16. */
  readonly highWaterMark?: number;
}

/** Records that Node handed over at once, and how many of them the flow has taken. */
interface WaitingWrite<R> {
  readonly records: readonly R[];
  taken: number;
  readonly done: () => void;
}

/**
 * Makes a Duplex over a flow. It takes no more than the window and its two buffers hold; a record that
 * finds no room waits, and its `write` with it.
 */
export function createFlowDuplex<R extends object, Row extends object, T extends R, Item>(
  model: Model<R, Row>,
  emit: Emit<T, Row, Item>,
  { highWaterMark = 16, signal, ...flowOptions }: DuplexOptions<T>,
): Duplex {
  let waiting: WaitingWrite<T> | undefined;
  let onFinal: (() => void) | undefined;
  let isWanted = false;
  let isWoken = false;

  const duplex = new Duplex({
    objectMode: true,
    highWaterMark,
    write(record: T, _encoding, done) {
      if (flow.room === 0) waiting = { records: [record], taken: 0, done };
      else {
        try {
          flow.push(record);
        } catch (error) {
          duplex.destroy(toError(error));
          return;
        }
        done();
      }
    },
    writev(chunks: readonly { readonly chunk: T }[], done) {
      waiting = { records: chunks.map(({ chunk }) => chunk), taken: 0, done };
      pump();
    },
    final(done) {
      onFinal = done;
      flow.flush();
      pump();
    },
    read() {
      isWanted = true;
      pump();
    },
    destroy(error, done) {
      signal?.removeEventListener("abort", onAbort);
      flow.close(error ?? undefined);
      done(error);
    },
  });
  const flow: Flow<T, Row> = model.flow(flowOptions, wake);
  const onAbort = (): void => void duplex.destroy(toError(signal?.reason));

  /**
   * Each row of a batch wakes; they come out together, once the last of them has settled. With records taken
   * as they lie in the buffer that saves a tenth of a row's time, the model's included.
   */
  function wake(): void {
    if (isWoken) return;
    isWoken = true;
    queueMicrotask(() => {
      isWoken = false;
      pump();
    });
  }

  function pump(): void {
    if (duplex.destroyed) return;
    try {
      deliver();
      accept();
    } catch (error) {
      duplex.destroy(toError(error));
      return;
    }
    finishWhenEmpty();
  }

  function accept(): void {
    if (waiting === undefined) return;
    const { records, done } = waiting;
    while (waiting.taken < records.length && flow.room > 0) {
      const record = records[waiting.taken];
      waiting.taken += 1;
      if (record !== undefined) flow.push(record);
    }
    if (waiting.taken < records.length) return;
    waiting = undefined;
    done();
  }

  function deliver(): void {
    while (isWanted) {
      const settled = flow.shift();
      if (settled === undefined) return;
      const item = emit(settled);
      if (item !== undefined) isWanted = duplex.push(item);
    }
  }

  function finishWhenEmpty(): void {
    if (onFinal === undefined || flow.size > 0 || waiting !== undefined) return;
    const done = onFinal;
    onFinal = undefined;
    duplex.push(null);
    done();
  }

  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  return duplex;
}

/** Streams end with errors; a reason that is none becomes the cause of one. */
function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("aborted", { cause: reason });
}
