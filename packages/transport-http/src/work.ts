import { ClosedError, createUnderWay } from "@nereid/core/transport-kit";

/** What a transport is doing, until it is closed. */
export interface Work {
  /** Aborts when the transport is closed, with a {@link ClosedError}. */
  readonly closing: AbortSignal;
  /** @returns what to call at the end. @throws ClosedError */
  begin(): () => void;
  /** Lets nothing begin any more; resolves when all that has begun is over. */
  end(): Promise<void>;
}

/** Makes an account of work. @param name - what is closed, for messages */
export function createWork(name: string): Work {
  const controller = new AbortController();
  const underWay = createUnderWay();
  const { signal } = controller;
  const closed = (): ClosedError =>
    new ClosedError(`${name}: expected it to be open, found it closed`);

  return {
    closing: signal,
    begin() {
      if (signal.aborted) throw closed();
      return underWay.enter();
    },
    end() {
      if (!signal.aborted) controller.abort(closed());
      return underWay.drained();
    },
  };
}
