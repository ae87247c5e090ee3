import { ClosedError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import { createFifo } from "../queue/fifo.ts";
import type { Books } from "./books.ts";
import type { Scope, Taker } from "./entry.ts";
import type { Flow, FlowOptions } from "./flow.ts";
import type { Submitter } from "./gather.ts";
import type { Settled } from "./settled.ts";

/** A record's place in the order of the output. */
interface Place<R, Row> extends Taker<R, Row> {
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

/** Plain members that are kept up to date: what has a getter stays in memory until a full collection. */
interface Changing {
  room: number;
  size: number;
  closed: boolean;
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
  const scope: Scope & { inside: number } = {
    cancelled: false,
    patient: true,
    at: 0,
    inside: 0,
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

  const onAbort = (): void => flow.close(signal?.reason);

  const letGo = (reason: unknown): void => {
    flow.closed = true;
    flow.room = 0;
    scopes.remove(scope);
    tally.cancelled(scope.inside);
    signal?.removeEventListener("abort", onAbort);
    gatherer.cancel(scope, reason);
    scope.inside = 0;
  };

  const settle = (settled: Settled<R, Row>): void => {
    scope.inside -= 1;
    tally.settled(settled);
  };

  const giveBackPlace = (): void => {
    flow.size -= 1;
    if (!scope.cancelled) flow.room += 1;
  };

  /** One function for all places: one for each is 100 bytes of what a record leaves behind. */
  function settlePlace(this: Place<R, Row>, settled: Settled<R, Row>): void {
    settle(settled);
    this.settled = settled;
    if (places.peek() === this) wake();
  }

  const pushOrdered = (record: R): void => {
    const place: Place<R, Row> = { settled: undefined, isTaken: false, done: settlePlace };
    places.push(place);
    gatherer.submit(record, scope, place);
    place.isTaken = true;
  };

  const unordered: Taker<R, Row> = {
    done(settled) {
      settle(settled);
      ready.push(settled);
      wake();
    },
  };

  const shiftOrdered = (): Settled<R, Row> | undefined => {
    const settled = places.peek()?.settled;
    if (settled !== undefined) places.shift();
    return settled;
  };

  const flow: Flow<R, Row> & Changing = {
    room: window,
    size: 0,
    closed: false,
    push(record) {
      if (scope.cancelled) throw new ClosedError("flow: expected it open, found it closed");
      if (flow.size >= window) {
        throw new RangeError(`flow: expected room, found ${flow.size} of ${window}`);
      }
      flow.size += 1;
      flow.room -= 1;
      scope.inside += 1;
      tally.taken();
      try {
        if (ordered) pushOrdered(record);
        else gatherer.submit(record, scope, unordered);
      } catch (error) {
        // A model that was closed meanwhile takes nothing more; what it has comes out all the same.
        if (ordered) places.filter(({ isTaken }) => isTaken);
        giveBackPlace();
        scope.inside -= 1;
        tally.cancelled(1);
        throw error;
      }
    },
    shift() {
      if (scope.cancelled && failure === undefined) return undefined;
      const settled = ordered ? shiftOrdered() : ready.shift();
      if (settled === undefined) {
        if (failure !== undefined) throw failure.error;
        return undefined;
      }
      giveBackPlace();
      return settled;
    },
    flush: () => gatherer.flush(),
    close(reason) {
      if (scope.cancelled && failure === undefined) return;
      failure = undefined;
      flow.size = 0;
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
