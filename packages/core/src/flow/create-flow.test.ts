import fc from "fast-check";
import { expect, test } from "vitest";
import { createModel } from "../model/create-model.ts";
import { createDoubleTransport } from "../model/double.fixture.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";

const plans = fc.record({
  values: fc.array(fc.integer({ min: -2, max: 20 }), { maxLength: 30 }),
  ordered: fc.boolean(),
  window: fc.integer({ min: 1, max: 9 }),
  batchSize: fc.integer({ min: 1, max: 5 }),
  maxInFlight: fc.integer({ min: 1, max: 4 }),
  latencies: fc.infiniteStream(fc.integer({ min: 0, max: 20 })),
  closeAfter: fc.option(fc.integer({ min: 0, max: 30 })),
});

test("P1: every record settles exactly once, within the window, in order where asked", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async ({ values, ordered, window, latencies, closeAfter, ...rest }) => {
      const clock = createVirtualClock();
      const transport = createDoubleTransport();
      const answerAfter = (): Promise<void> =>
        new Promise((resolve) => {
          clock.setTimer(resolve, latencies.next().value ?? 0);
        });
      transport.gate = answerAfter;
      const endOfTurn = (callback: () => void): void => void clock.setTimer(callback, 0);
      const base = { transport, model: "double", clock, endOfTurn, maxRetries: 0, timeout: "1h" };
      const model = await createModel({ ...base, ...rest });
      const flow = model.flow({ ordered, window }, () => undefined);
      const records = values.map((x, index) => ({ x, index }));
      const settled: { x: number; index: number; outcome: string }[] = [];
      let pushed = 0;
      for (let turn = 0; settled.length < records.length && turn < 5000; turn += 1) {
        if (settled.length >= (closeAfter ?? Infinity)) break;
        while (flow.room > 0 && pushed < records.length) flow.push(records[pushed++] ?? {});
        expect(flow.size).toBeLessThanOrEqual(window);
        for (let out = flow.shift(); out !== undefined; out = flow.shift()) {
          settled.push({ ...(out.record as { x: number; index: number }), outcome: out.outcome });
        }
        await clock.advance(1);
      }
      if (closeAfter !== null) {
        flow.close();
        await clock.advance(1000);
        expect([flow.shift(), flow.size, flow.room]).toEqual([undefined, 0, 0]);
      } else expect(settled).toHaveLength(records.length);
      const indices = settled.map(({ index }) => index);
      expect(new Set(indices).size).toBe(indices.length);
      if (ordered) expect(indices).toEqual(indices.map((_, index) => index));
      for (const { x, outcome } of settled) expect(outcome).toBe(x < 0 ? "failed" : "ok");
      const closing = model.close();
      await clock.advance(1000);
      await closing;
      expect(transport.closed).toBe(true);
    }),
    { numRuns: 60 },
  );
});
