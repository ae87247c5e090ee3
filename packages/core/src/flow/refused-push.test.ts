import { expect, it } from "vitest";
import { ClosedError } from "../errors/errors.ts";
import { createRoster } from "../queue/roster.ts";
import { createFlow } from "./create-flow.ts";

it.each([true, false])(
  "a record that is refused keeps no place, and those after it come out (ordered: %s)",
  (ordered) => {
    let [isRefusing, cancelled] = [false, 0];
    const count = (records: number): void => void (cancelled += records);
    const tally = { taken: () => undefined, settled: () => undefined, cancelled: count };
    const flow = createFlow<{ x: number }, { y: number }>(
      {
        gatherer: {
          submit(record, _scope, taker) {
            if (isRefusing) throw new ClosedError("closed");
            taker.done({ outcome: "ok", record, row: { y: record.x } });
          },
          flush: () => undefined,
          cancel: () => undefined,
        },
        defaultWindow: 2,
        books: { scopes: createRoster(), tally },
      },
      { ordered },
      () => undefined,
    );
    flow.push({ x: 1 });
    isRefusing = true;
    expect(() => flow.push({ x: 2 })).toThrow(ClosedError);
    expect([flow.size, flow.room]).toEqual([1, 1]);
    isRefusing = false;
    flow.push({ x: 3 });
    expect([flow.shift(), flow.shift()].map((one) => one?.record)).toEqual([{ x: 1 }, { x: 3 }]);
    expect([flow.size, flow.shift(), cancelled]).toEqual([0, undefined, 1]);
  },
);
