import { createFifo, type Fifo } from "../queue/fifo.ts";
import type { Scope } from "./entry.ts";
import type { StepResult, StepUnderWay } from "./send-step.ts";

/** A step that waits for its turn. `done` is called once, unless its scope is cancelled first. */
export interface LaneItem<Row> {
  readonly scope: Scope;
  readonly done: (result: StepResult<Row>) => void;
}

/** What a lane is made of. */
export interface LaneParts<Item extends LaneItem<Row>, Row> {
  readonly run: (item: Item) => StepUnderWay<Row>;
  /** Called whenever nothing is left to do. */
  readonly onQuiet: () => void;
}

/** The steps of one sequence behind one another. */
export interface Lane<Item> {
  /** True when nothing waits and nothing is under way. */
  isQuiet(): boolean;
  push(item: Item): void;
  /** Drops the steps of a scope; one that is under way is aborted. */
  cancel(scope: Scope, reason: unknown): void;
}

/** Makes an empty lane: one step at a time, in the order in which they came. */
export function createLane<Item extends LaneItem<Row>, Row>({
  run,
  onQuiet,
}: LaneParts<Item, Row>): Lane<Item> {
  /** Made when a step has to wait: most of many sequences never have two at once. */
  let queue: Fifo<Item> | undefined;
  let underWay: { readonly item: Item; readonly step: StepUnderWay<Row> } | undefined;
  let working = false;

  const work = async (first: Item): Promise<void> => {
    for (let item: Item | undefined = first; item !== undefined; item = queue?.shift()) {
      const step = run(item);
      underWay = { item, step };
      // One after the other is the promise of a sequence.
      const result = await step.result;
      underWay = undefined;
      if (!item.scope.cancelled) item.done(result);
    }
    working = false;
    onQuiet();
  };

  return {
    isQuiet: () => !working,
    push(item) {
      if (working) {
        queue ??= createFifo();
        queue.push(item);
        return;
      }
      working = true;
      void work(item);
    },
    cancel(scope, reason) {
      scope.cancelled = true;
      queue?.filter((item) => item.scope !== scope);
      if (underWay?.item.scope === scope) underWay.step.cancel(reason);
    },
  };
}
