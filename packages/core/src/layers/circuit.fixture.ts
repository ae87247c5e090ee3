import type { CircuitSignal } from "./circuit-signal.ts";
import type { CircuitState } from "./observe.ts";
import type { CircuitOptions } from "./circuit.ts";

interface Attempt {
  readonly epoch: number;
  settled: boolean;
}

/** A circuit as its documentation tells it, slow and plain: it remembers every result. */
export function createReferenceCircuit(options: CircuitOptions) {
  const { clock, failureThreshold, openMs, halfOpenProbes, longestProbeMs } = options;
  let epoch = 0;
  let state: CircuitState = "closed";
  let since = 0;
  let openFor = openMs;
  let doublings = 0;
  let results: { readonly second: number; readonly signal: CircuitSignal }[] = [];
  let underWay = 0;
  let movedAt = 0;

  const change = (to: CircuitState): void => {
    const healthy = state === "closed" ? Math.floor((clock.now() - since) / 10_000) : 0;
    if (to === "open") {
      doublings = Math.max(0, doublings - healthy);
      const longest = Math.max(60_000, openMs);
      openFor = Math.min(longest, openMs * 2 ** doublings);
      if (openFor < longest) doublings += 1;
    }
    [state, since, movedAt, underWay, results] = [to, clock.now(), clock.now(), 0, []];
    epoch += 1;
  };
  const catchUp = (): void => {
    if (state === "open" && clock.now() >= since + openFor) change("half-open");
    else if (state === "half-open" && underWay > 0 && clock.now() >= movedAt + longestProbeMs) {
      change("open");
    }
  };
  const succeeded = (): number => results.filter(({ signal }) => signal === "success").length;
  const mustOpen = (): boolean => {
    if (state === "half-open") return true;
    const second = Math.floor(clock.now() / 1000);
    const recent = results.filter((result) => result.second > second - 10);
    const failed = recent.filter(({ signal }) => signal !== "success").length;
    const last = results.slice(-5).filter(({ signal }) => signal === "unreachable").length;
    return (recent.length >= 10 && failed / recent.length >= failureThreshold) || last === 5;
  };

  return {
    state: (): CircuitState => {
      catchUp();
      return state;
    },
    enter: (): Attempt | undefined => {
      catchUp();
      const probes = succeeded() === 0 ? 1 : halfOpenProbes - succeeded();
      if (state === "open" || (state === "half-open" && underWay >= probes)) return undefined;
      if (underWay === 0) movedAt = clock.now();
      underWay += 1;
      return { epoch, settled: false };
    },
    settle: (attempt: Attempt, signal: CircuitSignal): void => {
      catchUp();
      if (attempt.settled || attempt.epoch !== epoch) return;
      attempt.settled = true;
      underWay -= 1;
      movedAt = clock.now();
      if (signal === "neutral") return;
      results.push({ second: Math.floor(clock.now() / 1000), signal });
      if (signal !== "success" && mustOpen()) change("open");
      else if (state === "half-open" && succeeded() >= halfOpenProbes) change("closed");
    },
  };
}
