import { createFifo, type Fifo } from "../queue/fifo.ts";
import type { SequenceKey } from "./keyed-sequences.ts";

/** Lets outcomes of a key out in the order of their places, also when an earlier one comes later. */
export interface KeyOrder<T> {
  /**
   * Takes the next place of a key.
   *
   * @returns a function that fills it; call it once
   */
  place(key: SequenceKey, done: (outcome: T) => void): (outcome: T) => void;
}

interface Place<T> {
  readonly done: (outcome: T) => void;
  outcome: { readonly value: T } | undefined;
}

/** Makes an empty order. It remembers a key only while one of its places is empty. */
export function createKeyOrder<T>(): KeyOrder<T> {
  const lines = new Map<SequenceKey, Fifo<Place<T>>>();
  return {
    place(key, done) {
      const line = lines.get(key) ?? createFifo<Place<T>>();
      lines.set(key, line);
      const place: Place<T> = { done, outcome: undefined };
      line.push(place);
      return (value) => {
        place.outcome = { value };
        for (let first = line.peek(); first?.outcome !== undefined; first = line.peek()) {
          line.shift();
          if (line.size === 0) lines.delete(key);
          first.done(first.outcome.value);
        }
      };
    },
  };
}
