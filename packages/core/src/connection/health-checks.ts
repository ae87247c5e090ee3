import { ClosedError, DeadlineError } from "../errors/errors.ts";
import { longestTimerMs, type Clock } from "../transport/clock.ts";
import { orAborted } from "../transport/or-aborted.ts";

/** What is asked, how often, and who is told. */
export interface HealthCheckOptions<T> {
  readonly targets: readonly T[];
  /** True: it can take requests. False: it says that it cannot. @throws when it says nothing */
  readonly check: (target: T, signal: AbortSignal) => Promise<boolean>;
  /** Told after each change; everything is taken for ready at first. */
  readonly onChange: (target: T, ready: boolean) => void;
  /** Between checks of one that is ready. The first comes at once. */
  readonly intervalMs: number;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const longestCheckMs = 2000;
/** Between checks of one that is not ready, or has just failed to answer: it should come back soon. */
const anxiousIntervalMs = 1000;
/** So many checks in a row without an answer stand for a no. */
const failuresForNo = 3;
/** Intervals are up to a tenth shorter or longer, so that many clients do not ask in step. */
const jitter = 0.1;

/**
 * Asks each target now and then whether it is ready. One that says no is not ready at once; one that
 * says nothing is not ready after three checks. One yes makes it ready.
 *
 * @returns a function that ends it; nobody is told anything after
 */
export function startHealthChecks<T>(options: HealthCheckOptions<T>): () => void {
  const stops = options.targets.map((target) => watch(target, options));
  return () => {
    for (const stop of stops) stop();
  };
}

function watch<T>(target: T, options: HealthCheckOptions<T>): () => void {
  const { clock, random, intervalMs } = options;
  let isReady = true;
  let failures = 0;
  let isStopped = false;
  let cancel = (): void => undefined;

  const judge = (answer: boolean | undefined): void => {
    failures = answer === undefined ? failures + 1 : 0;
    const next = answer ?? (isReady && failures < failuresForNo);
    if (next === isReady) return;
    isReady = next;
    options.onChange(target, isReady);
  };
  const wait = (): void => {
    const isCalm = isReady && failures === 0;
    const nominalMs = isCalm ? intervalMs : Math.min(intervalMs, anxiousIntervalMs);
    const delayMs = nominalMs * (1 - jitter + 2 * jitter * random());
    cancel = clock.setTimer(() => void check(), Math.min(delayMs, longestTimerMs));
  };
  const check = async (): Promise<void> => {
    const controller = new AbortController();
    const cancelTimer = clock.setTimer(() => controller.abort(noAnswer()), longestCheckMs);
    cancel = () => {
      cancelTimer();
      controller.abort(
        new ClosedError("health check: expected to be needed, found its model closed"),
      );
    };
    const { signal } = controller;
    const answer = await orAborted(options.check(target, signal), signal).catch(() => undefined);
    cancelTimer();
    if (isStopped) return;
    judge(answer);
    wait();
  };
  void check();

  return () => {
    isStopped = true;
    cancel();
  };
}

function noAnswer(): DeadlineError {
  return new DeadlineError(
    `health check: expected an answer within ${longestCheckMs} ms, found none`,
    { bound: "attempt", delivery: "unknown" },
  );
}
