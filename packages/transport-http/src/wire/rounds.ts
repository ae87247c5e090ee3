/** Things to do together, in the order in which they were given. */
export interface Round {
  /** What throws hinders nobody else. */
  add(task: () => void): void;
}

/** Makes a round. @param plan - has it run later, once for each time that somebody is the first to add */
export function createRound(plan: (run: () => void) => void): Round {
  let waiting: (() => void)[] = [];

  const add = (task: () => void): void => {
    if (waiting.length === 0) plan(run);
    waiting.push(task);
  };
  const run = (): void => {
    const tasks = waiting;
    waiting = [];
    let begun = 0;
    try {
      for (const task of tasks) {
        begun += 1;
        task();
      }
    } finally {
      for (const task of tasks.slice(begun)) add(task);
    }
  };
  return { add };
}

/*
 * All sockets are read, then all answers are made sense of, then all requests leave. A program that turns to
 * the system in the middle of each request finds little in the processor's caches when it comes back: with
 * 32 small requests under way, that was as much as everything else together.
 */

/** For answers: when every socket that had something was read. */
export const afterReading: Round = createRound((run) => void setImmediate(run));

/** For requests: when no promise has a reaction left to run. */
export const afterReactions: Round = createRound((run) => process.nextTick(run));
