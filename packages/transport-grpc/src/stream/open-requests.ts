import type { InferenceRequest } from "@nereid/core/transport-kit";

/** Requests of a stream that have not got their last answer yet, by id. */
export interface OpenRequests {
  readonly size: number;
  get(id: string): InferenceRequest | undefined;
  has(id: string): boolean;
  add(id: string, request: InferenceRequest): void;
  /** An answer of the request has come. */
  answer(id: string): void;
  /** Some have not got any answer. */
  readonly hasUnanswered: boolean;
  /** The last answer of the request has come. */
  end(id: string): void;
  /** The only one there is. */
  only(): string | undefined;
  /** Resolves when there are fewer than the most. */
  room(): Promise<void>;
}

/** Makes an empty set that wants to hold `most` at most. */
export function createOpenRequests(most: number): OpenRequests {
  const open = new Map<string, InferenceRequest>();
  const unanswered = new Set<string>();
  let wake: (() => void) | undefined;
  return {
    get size() {
      return open.size;
    },
    get: (id) => open.get(id),
    has: (id) => open.has(id),
    add(id, request) {
      open.set(id, request);
      unanswered.add(id);
    },
    answer: (id) => void unanswered.delete(id),
    get hasUnanswered() {
      return unanswered.size > 0;
    },
    end(id) {
      open.delete(id);
      wake?.();
      wake = undefined;
    },
    only: () => (open.size === 1 ? open.keys().next().value : undefined),
    room: () => (open.size < most ? Promise.resolve() : new Promise((resolve) => (wake = resolve))),
  };
}
