import type { Clock } from "@nereid/core";

/** A clock that moves only when told, for as many timers as a loaded device needs. */
export interface VirtualClock extends Clock {
  /** Moves time on, firing timers in order; promises settle between two of them. */
  advance(ms: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  /** Timers of one moment fire in the order in which they were set. */
  readonly order: number;
  callback: (() => void) | undefined;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Makes a clock that stands at 0. */
export function createVirtualClock(): VirtualClock {
  const heap: Timer[] = [];
  let now = 0;
  let set = 0;
  return {
    now: () => now,
    setTimer(callback, delayMs) {
      const timer: Timer = { at: now + delayMs, order: (set += 1), callback };
      push(heap, timer);
      return () => {
        timer.callback = undefined;
      };
    },
    async advance(ms) {
      const end = now + ms;
      await nextTurn();
      for (let first = heap[0]; first !== undefined && first.at <= end; first = heap[0]) {
        pop(heap);
        if (first.callback === undefined) continue;
        now = Math.max(now, first.at);
        first.callback();
        await nextTurn();
      }
      now = end;
    },
  };
}

const isBefore = (one: Timer | undefined, other: Timer | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  (one.at < other.at || (one.at === other.at && one.order < other.order));

function swap(heap: Timer[], one: number, other: number): void {
  const [first, second] = [heap[one], heap[other]];
  if (first === undefined || second === undefined) return;
  heap[one] = second;
  heap[other] = first;
}

function push(heap: Timer[], timer: Timer): void {
  let index = heap.push(timer) - 1;
  while (index > 0) {
    const parent = (index - 1) >>> 1;
    if (!isBefore(heap[index], heap[parent])) return;
    swap(heap, index, parent);
    index = parent;
  }
}

function pop(heap: Timer[]): void {
  swap(heap, 0, heap.length - 1);
  heap.pop();
  for (let index = 0; ;) {
    const left = 2 * index + 1;
    const least = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!isBefore(heap[least], heap[index])) return;
    swap(heap, index, least);
    index = least;
  }
}
