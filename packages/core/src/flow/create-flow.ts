import { ClosedError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import { createFifo } from "../queue/fifo.ts";
import type { Books } from "./books.ts";
import type { Scope } from "./entry.ts";
import type { Flow, FlowOptions } from "./flow.ts";
import type { Submitter } from "./gather.ts";
import type { Settled } from "./settled.ts";

/** A record's place in the order of the output. */
interface Place<R, Row> {
  settled: Settled<R, Row> | undefined;
  /** False until its record was accepted. */
  isTaken: boolean;
}

/** What a flow is made of. */
export interface FlowParts<R, Row> {
  readonly gatherer: Submitter<R, Row>;
  /** Used when the caller names no window. */
  readonly defaultWindow: number;
  /** Where it stands while it is open. */
  readonly books: Books;
}

/**
 * Makes a flow over a gatherer. Memory is bounded by the window, whatever the length of the stream:
 * a settled record counts until it is shifted.
 *
 * @param wake - called when `shift` may have something again; never from within `shift`
 */
export function createFlow<R, Row>(
  { gatherer, defaultWindow, books: { scopes, tally } }: FlowParts<R, Row>,
  options: Pick<FlowOptions, "ordered" | "window" | "signal">,
  wake: () => void,
): Flow<R, Row> {
  const { ordered = true, window = defaultWindow, signal } = options;
  if (!Number.isSafeInteger(window) || window < 1) {
    throw new RangeError(`window: expected a whole number from 1 on, found ${window}`);
  }
  const scope: Scope = {
    cancelled: false,
    patient: true,
    at: 0,
    get inside() {
      return inside;
    },
    stop(error) {
      if (scope.cancelled) return;
      failure = { error };
      letGo(error);
      wake();
    },
  };
  /** Why it was stopped; what had settled comes out before. */
  let failure: { readonly error: InferenceError } | undefined;
  const places = createFifo<Place<R, Row>>();
  const ready = createFifo<Settled<R, Row>>();
  let size = 0;
  let inside = 0;

  const onAbort = (): void => flow.close(signal?.reason);

  const letGo = (reason: unknown): void => {
    scopes.remove(scope);
    tally.cancelled(inside);
    inside = 0;
    signal?.removeEventListener("abort", onAbort);
    gatherer.cancel(scope, reason);
  };

  const settle = (settled: Settled<R, Row>): void => {
    inside -= 1;
    tally.settled(settled);
  };

  const pushOrdered = (record: R): void => {
    const place: Place<R, Row> = { settled: undefined, isTaken: false };
    places.push(place);
    gatherer.submit(record, scope, (settled) => {
      settle(settled);
      place.settled = settled;
      if (places.peek() === place) wake();
    });
    place.isTaken = true;
  };

  const pushUnordered = (record: R): void => {
    gatherer.submit(record, scope, (settled) => {
      settle(settled);
      ready.push(settled);
      wake();
    });
  };

  const shiftOrdered = (): Settled<R, Row> | undefined => {
    const settled = places.peek()?.settled;
    if (settled !== undefined) places.shift();
    return settled;
  };

  const flow: Flow<R, Row> = {
    get room() {
      return scope.cancelled ? 0 : window - size;
    },
    get size() {
      return size;
    },
    get closed() {
      return scope.cancelled;
    },
    push(record) {
      if (scope.cancelled) throw new ClosedError("flow: expected it open, found it closed");
      if (size >= window) throw new RangeError(`flow: expected room, found ${size} of ${window}`);
      size += 1;
      inside += 1;
      tally.taken();
      try {
        if (ordered) pushOrdered(record);
        else pushUnordered(record);
      } catch (error) {
        // A model that was closed meanwhile takes nothing more; what it has comes out all the same.
        if (ordered) places.filter(({ isTaken }) => isTaken);
        size -= 1;
        inside -= 1;
        tally.cancelled(1);
        throw error;
      }
    },
    shift() {
      if (scope.cancelled && failure === undefined) return undefined;
      const settled = ordered ? shiftOrdered() : ready.shift();
      if (settled !== undefined) size -= 1;
      else if (failure !== undefined) throw failure.error;
      return settled;
    },
    flush: () => gatherer.flush(),
    close(reason) {
      if (scope.cancelled && failure === undefined) return;
      failure = undefined;
      size = 0;
      if (scope.cancelled) return;
      letGo(reason);
      wake();
    },
  };

  scopes.add(scope);
  if (signal?.aborted === true) flow.close(signal.reason);
  else signal?.addEventListener("abort", onAbort, { once: true });
  return flow;
}
