import { Duplex } from "node:stream";
import type { Flow, FlowOptions, Model } from "@nereid/core";
import type { Emit } from "./emit.ts";

/** How a Node stream is made over a model. */
export interface DuplexOptions<R = unknown> extends FlowOptions<R> {
  /** Items that each side of the stream buffers beside the window. Default: 16. */
  readonly highWaterMark?: number;
}

interface WaitingWrite<R> {
  readonly record: R;
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

  const duplex = new Duplex({
    objectMode: true,
    highWaterMark,
    write(record: T, _encoding, done) {
      waiting = { record, done };
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
  const flow: Flow<T, Row> = model.flow(flowOptions, () => pump());
  const onAbort = (): void => void duplex.destroy(toError(signal?.reason));

  function pump(): void {
    if (duplex.destroyed) return;
    try {
      accept();
      deliver();
    } catch (error) {
      duplex.destroy(toError(error));
      return;
    }
    finishWhenEmpty();
  }

  function accept(): void {
    while (waiting !== undefined && flow.room > 0) {
      const { record, done } = waiting;
      waiting = undefined;
      flow.push(record);
      done();
    }
  }

  function deliver(): void {
    while (isWanted) {
      const settled = flow.shift();
      if (settled === undefined) return;
      const item = emit(settled);
      if (item !== undefined) isWanted = duplex.push(item);
      accept();
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
