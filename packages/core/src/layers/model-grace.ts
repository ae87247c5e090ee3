import { orAborted } from "../transport/or-aborted.ts";
import { longestTimerMs, sleep, type Clock } from "../transport/clock.ts";
import type { Call } from "../transport/transport.ts";
import type { Observe } from "./observe.ts";

/** How long a model that is gone is waited for, and who knows whether it is back. */
export interface ModelGraceOptions {
  /** From the first request that missed it. Default: 10 s; 0 waits for nothing. */
  readonly graceMs?: number;
  /** Can any endpoint take requests for it now? @throws when nothing can be told */
  readonly ready: (signal: AbortSignal) => Promise<boolean>;
  readonly clock: Clock;
  /** Told when waiting begins, and when the model is back. */
  readonly observe?: Observe;
}

/**
 * Waits for a model that was there and is gone, as it is while its server loads it anew. One asks for all
 * who wait, and asks for readiness, so that the server is not flooded with what it must refuse.
 */
export interface ModelGrace {
  /**
   * Waits until the model says that it is ready.
   *
   * @returns false when the grace or the call's time is over first: the model counts as gone
   * @throws the reason of the call's signal
   */
  wait(call: Pick<Call, "signal" | "deadline">): Promise<boolean>;
  /** A request that was sent at this time has been answered. */
  answered(sentAt: number): void;
}

const defaultGraceMs = 10_000;
const firstPollMs = 100;
/** A model that is back is seen within this time, as long as questions are answered. */
const longestPollMs = 500;
/** Triton lets a connection wait as long as a load takes that came through the same thread. */
const longestAskMs = 2000;
/** Who is told that late has no time for an answer. */
const leastAnswerMs = 50;

interface Absence {
  readonly since: number;
  seenAt: number;
  pollMs: number;
}

/** Makes the grace of one model. */
export function createModelGrace(options: ModelGraceOptions): ModelGrace {
  const { graceMs = defaultGraceMs, clock, observe } = options;
  const waiting = new Set<(isBack: boolean) => void>();
  let absence: Absence | undefined;
  let stopAsking: AbortController | undefined;

  /** What nobody has asked for in so long may have been back in between. */
  const absenceNow = (): Absence => {
    const now = clock.now();
    if (absence === undefined || now - absence.seenAt > graceMs) {
      absence = { since: now, seenAt: now, pollMs: firstPollMs };
      observe?.({ type: "absence", gone: true });
    }
    absence.seenAt = now;
    return absence;
  };

  const ask = async (since: Absence, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await sleep(clock, since.pollMs, signal);
      // Also over several returns, for a model may say that it is ready and refuse all the same.
      since.pollMs = Math.min(since.pollMs * 2, longestPollMs);
      if (await isReady(options, signal)) {
        for (const settle of waiting) settle(true);
      }
    }
  };

  return {
    async wait({ signal, deadline = Number.POSITIVE_INFINITY }) {
      const gone = absenceNow();
      const untilMs = Math.min(gone.since + graceMs, deadline - leastAnswerMs);
      const leftMs = untilMs - clock.now();
      if (signal.aborted) throw signal.reason;
      if (leftMs <= 0) return false;
      let settle: (isBack: boolean) => void = () => undefined;
      const settled = new Promise<boolean>((resolve) => {
        settle = resolve;
      });
      const cancel = clock.setTimer(() => settle(false), Math.min(leftMs, longestTimerMs));
      waiting.add(settle);
      if (stopAsking === undefined) {
        stopAsking = new AbortController();
        // It ends when nobody waits any more, which is no news to anybody.
        void ask(gone, stopAsking.signal).catch(() => undefined);
      }
      try {
        return await orAborted(settled, signal);
      } finally {
        cancel();
        gone.seenAt = clock.now();
        waiting.delete(settle);
        if (waiting.size === 0) {
          stopAsking?.abort();
          stopAsking = undefined;
        }
      }
    },
    answered(sentAt) {
      if (absence === undefined || sentAt < absence.since) return;
      absence = undefined;
      observe?.({ type: "absence", gone: false });
    },
  };
}

/** A server that cannot tell is asked again; so is one that does not answer in time. */
async function isReady({ ready, clock }: ModelGraceOptions, signal: AbortSignal): Promise<boolean> {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal.reason);
  const cancel = clock.setTimer(() => controller.abort(), longestAskMs);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await orAborted(ready(controller.signal), controller.signal);
  } catch {
    return false;
  } finally {
    cancel();
    signal.removeEventListener("abort", onAbort);
  }
}
