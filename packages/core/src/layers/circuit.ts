import type { Clock } from "../transport/clock.ts";
import type { CircuitSignal } from "./circuit-signal.ts";
import type { CircuitState, Observe } from "./observe.ts";
import { createSlidingWindow } from "./sliding-window.ts";
import type { Stalls } from "./stall-watch.ts";

/** When a circuit opens, and how it closes again. */
export interface CircuitOptions {
  /** Share of failures in the last 10 s, of at least 10 results, that opens it; above 0, up to 1. */
  readonly failureThreshold: number;
  /** How long it stays open at first. It doubles each time, up to a minute, while no probe succeeds. */
  readonly openMs: number;
  /** Probes that must succeed before it closes. */
  readonly halfOpenProbes: number;
  /** When a probe that has not come back counts as lost, unless its entry says otherwise. */
  readonly longestProbeMs: number;
  /** How long others wait for probes under way before one more may go. Default: until they are lost. */
  readonly probePatienceMs?: number;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly observe?: Observe;
  /** Asked before it opens for what it saw: false keeps it closed. Default: always. */
  readonly mayOpen?: () => boolean;
  /** When the process stood still: what fails of that says nothing. Default: it never did. */
  readonly stalls?: Stalls;
}

/** The right to make one attempt. */
export interface Permit {
  /** Must be called once, with how the attempt ended. */
  settle(signal: CircuitSignal): void;
}

/** A permit, a refusal, or the order to come back: the circuit has just closed and fills slowly. */
export type Entry =
  | { readonly kind: "permit"; readonly permit: Permit }
  | { readonly kind: "refusal"; readonly retryAfterMs: number }
  | { readonly kind: "wait"; readonly waitMs: number };

/** Decides whether attempts may be made, from how the last ones ended. */
export interface Circuit {
  readonly state: CircuitState;
  /** @param longestProbeMs - when this attempt counts as lost, as a probe. Default: that of the circuit */
  enter(longestProbeMs?: number): Entry;
}

const windowMs = 10_000;
const leastResults = 10;
const unreachableInARow = 5;
const longestOpenMs = 60_000;
/** Open times are up to a fifth shorter, so that clients do not come back in step. */
const openJitter = 0.2;
/** So much healthy time takes back one doubling. */
const forgivenMs = 10_000;
/** After the return of the server: a quarter of the attempts for a second, then half of them. */
const rampStageMs = 1000;
const rampShares: readonly number[] = [0.25, 0.5];
const probesUnderWayMs = 1000;

interface Closed {
  readonly state: "closed";
  readonly since: number;
  readonly afterOutage: boolean;
  unreachable: number;
  window: ReturnType<typeof createSlidingWindow>;
  /** When the window was begun. */
  countedFrom: number;
}
interface Open {
  readonly state: "open";
  readonly until: number;
}
interface HalfOpen {
  readonly state: "half-open";
  underWay: number;
  successes: number;
  /** When a probe last came back, or went out as the only one. */
  movedAt: number;
  /** The longest that one of those under way may take. */
  longestProbeMs: number;
}

/**
 * A circuit breaker without timers: it moves on when it is asked. A permit belongs to the phase that
 * gave it, so a late result of an earlier phase counts for nothing.
 */
export function createCircuit(options: CircuitOptions): Circuit {
  const { clock, random, observe, halfOpenProbes, mayOpen = () => true } = options;
  const { stalls = { lastAt: Number.NEGATIVE_INFINITY } } = options;
  const { probePatienceMs = Number.POSITIVE_INFINITY } = options;
  let doublings = 0;
  let phase: Closed | Open | HalfOpen = closedPhase(clock.now(), false);

  const moveTo = (next: Closed | Open | HalfOpen): void => {
    const from = phase.state;
    phase = next;
    observe?.({ type: "circuit", from, to: next.state });
  };

  const open = (now: number): void => {
    const healthyMs = phase.state === "closed" ? now - phase.since : 0;
    doublings = Math.max(0, doublings - Math.floor(healthyMs / forgivenMs));
    const longestMs = Math.max(options.openMs, longestOpenMs);
    const nominalMs = Math.min(longestMs, options.openMs * 2 ** doublings);
    if (nominalMs < longestMs) doublings += 1;
    moveTo({ state: "open", until: now + nominalMs * (1 - openJitter * random()) });
  };

  /** Brings the phase up to the time. */
  const current = (now: number): Closed | Open | HalfOpen => {
    if (phase.state === "open" && now >= phase.until) {
      moveTo({ state: "half-open", underWay: 0, successes: 0, movedAt: now, longestProbeMs: 0 });
    } else if (phase.state === "half-open" && phase.underWay > 0) {
      // Probes that never come back must not keep the others out.
      if (now >= Math.max(phase.movedAt, stalls.lastAt) + phase.longestProbeMs) open(now);
    }
    return phase;
  };

  const settleClosed = (closed: Closed, signal: CircuitSignal, now: number): void => {
    if (stalls.lastAt > closed.countedFrom) startCounting(closed, now);
    if (signal === "neutral") return;
    closed.window.add(signal !== "success", now);
    closed.unreachable = signal === "unreachable" ? closed.unreachable + 1 : 0;
    if (signal === "success") return;
    const total = closed.window.total(now);
    const share = closed.window.failures(now) / total;
    const tooMany = total >= leastResults && share >= options.failureThreshold;
    if ((tooMany || closed.unreachable >= unreachableInARow) && mayOpen()) open(now);
  };

  const settleProbe = (probing: HalfOpen, signal: CircuitSignal, now: number): void => {
    probing.underWay -= 1;
    probing.movedAt = now;
    if (signal === "neutral") return;
    if (signal !== "success") {
      open(now);
      return;
    }
    probing.successes += 1;
    if (probing.successes >= halfOpenProbes) moveTo(closedPhase(now, true));
  };

  const permitOf = (given: Closed | HalfOpen, enteredAt: number): Entry => {
    let settled = false;
    const settle = (signal: CircuitSignal): void => {
      const now = clock.now();
      if (settled || current(now) !== given) return;
      settled = true;
      const isOwnFault = signal !== "success" && enteredAt <= stalls.lastAt;
      const said = isOwnFault ? "neutral" : signal;
      if (given.state === "closed") settleClosed(given, said, now);
      else settleProbe(given, said, now);
    };
    return { kind: "permit", permit: { settle } };
  };

  return {
    get state() {
      return current(clock.now()).state;
    },
    enter(longestProbeMs = options.longestProbeMs) {
      const now = clock.now();
      const entered = current(now);
      if (entered.state === "open") {
        return { kind: "refusal", retryAfterMs: Math.ceil(entered.until - now) };
      }
      if (entered.state === "half-open") {
        // One probe alone at first: a server that has just come back gets no crowd.
        const probes = entered.successes === 0 ? 1 : halfOpenProbes - entered.successes;
        const isFull = entered.underWay >= probes;
        if (isFull && now < entered.movedAt + probePatienceMs) {
          return { kind: "refusal", retryAfterMs: probesUnderWayMs };
        }
        if (entered.underWay === 0) entered.longestProbeMs = 0;
        if (entered.underWay === 0 || isFull) entered.movedAt = now;
        entered.longestProbeMs = Math.max(entered.longestProbeMs, longestProbeMs);
        entered.underWay += 1;
        return permitOf(entered, now);
      }
      const waitMs = entered.afterOutage ? rampWaitMs(now - entered.since, random) : 0;
      return waitMs > 0 ? { kind: "wait", waitMs } : permitOf(entered, now);
    },
  };
}

function closedPhase(now: number, afterOutage: boolean): Closed {
  const window = createSlidingWindow(windowMs);
  return { state: "closed", since: now, afterOutage, unreachable: 0, window, countedFrom: now };
}

/** What was counted before the process stood still is of another time. */
function startCounting(closed: Closed, now: number): void {
  closed.window = createSlidingWindow(windowMs);
  closed.unreachable = 0;
  closed.countedFrom = now;
}

/** How long an attempt waits while a circuit that has just closed fills; 0: not at all. */
function rampWaitMs(closedMs: number, random: () => number): number {
  const share = rampShares[Math.floor(closedMs / rampStageMs)];
  if (share === undefined || random() < share) return 0;
  return rampStageMs - (closedMs % rampStageMs);
}
