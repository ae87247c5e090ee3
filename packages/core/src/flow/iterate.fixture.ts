import { createRoster } from "../queue/roster.ts";
import { createFlow } from "./create-flow.ts";
import type { Scope, Taker } from "./entry.ts";
import type { Flow } from "./flow.ts";
import type { Iteration } from "./iterate.ts";
import type { Settled } from "./settled.ts";
import { createSource } from "./source.ts";

/** A record and its row are one number. */
export type Outcome = Settled<number, number>;

/** A flow whose records settle when they are told to. */
export interface HandFlow {
  open(wake: () => void): Flow<number, number>;
  /** Settles a record, as soon as it is there. */
  answer(record: number): void;
  readonly flow: Flow<number, number> | undefined;
}

/** Makes a real flow over nothing. */
export function createHandFlow(
  window: number,
  ordered: boolean,
  signal: AbortSignal | undefined,
): HandFlow {
  const inside = new Map<number, { scope: Scope; taker: Taker<number, number> }>();
  const answered = new Set<number>();
  let flow: Flow<number, number> | undefined;

  const answer = (record: number): void => {
    answered.add(record);
    const waiting = inside.get(record);
    inside.delete(record);
    if (waiting?.scope.cancelled !== false) return;
    waiting.taker.done({ outcome: "ok", record, row: record });
  };
  return {
    answer,
    get flow() {
      return flow;
    },
    open(wake) {
      const gatherer = {
        submit(record: number, scope: Scope, taker: Taker<number, number>) {
          inside.set(record, { scope, taker });
          if (answered.has(record)) answer(record);
        },
        flush: () => undefined,
        cancel: (scope: Scope) => void (scope.cancelled = true),
      };
      const nobody = (): void => undefined;
      const tally = { taken: nobody, settled: nobody, cancelled: nobody };
      const books = { scopes: createRoster<Scope>(), tally };
      const parts = { gatherer, defaultWindow: window, books };
      flow = createFlow(parts, { ordered, ...(signal === undefined ? {} : { signal }) }, wake);
      return flow;
    },
  };
}

/** What the operator promises, as a generator alone says it: nothing goes past its turns. */
export async function* iteratePlainly<R, Row, Item>({
  records,
  openFlow,
  signal,
  emit,
}: Iteration<R, Row, Item>): AsyncGenerator<Item, void, undefined> {
  let wake = (): void => undefined;
  const flow = openFlow(() => wake());
  const source = createSource(records, flow, () => wake());
  let isBroken = false;
  try {
    for (;;) {
      source.pull();
      const settled = flow.shift();
      if (settled !== undefined) {
        const item = emit(settled);
        if (item !== undefined) yield item;
        continue;
      }
      if (signal?.aborted === true) throw signal.reason;
      if (flow.size === 0 && source.ended) {
        if (source.failure !== undefined) throw source.failure.error;
        return;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } catch (error) {
    isBroken = true;
    throw error;
  } finally {
    flow.close(signal?.reason);
    const closed = source.close();
    await (isBroken ? closed.catch(() => undefined) : closed);
  }
}
