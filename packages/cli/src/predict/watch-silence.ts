import type { Clock } from "@nereid/core";

/** How long nothing may settle before that is told. */
const silenceSeconds = 10;
const lookMs = 1000;

/** What is watched. */
export interface SilenceParts {
  readonly clock: Clock;
  /** Rows that have settled so far. */
  readonly settled: () => number;
  /** Rows that wait for their answers; nobody misses anything while there are none. */
  readonly inside: () => number;
  /** Called once in each silence. */
  readonly tell: (seconds: number) => void;
}

/** Tells when rows are under way and none settles, so that a server that is away does not look like a hang. */
export function watchSilence({ clock, settled, inside, tell }: SilenceParts): Disposable {
  let before = settled();
  let silentSeconds = 0;
  let cancel = (): void => undefined;
  const wait = (): void => {
    cancel = clock.setTimer(look, lookMs);
  };
  const look = (): void => {
    const isSilent = inside() > 0 && settled() === before;
    silentSeconds = isSilent ? silentSeconds + 1 : 0;
    if (silentSeconds === silenceSeconds) tell(silenceSeconds);
    before = settled();
    wait();
  };
  wait();
  return { [Symbol.dispose]: () => cancel() };
}
