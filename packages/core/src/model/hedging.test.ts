import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TransportError } from "../errors/errors.ts";
import { createHedged, factors, type Hedged } from "./hedging.fixture.ts";

const never = (): Promise<never> => new Promise(() => undefined);
const cut = (): TransportError =>
  new TransportError("cut", { delivery: "unknown", retryable: true });

/** The first exchange hangs, the second answers. */
async function predictLate(hedged: Hedged): Promise<unknown> {
  const { length } = hedged.asked;
  hedged.gate = (call) => (call.hedge === true ? Promise.resolve() : never());
  const row = hedged.model.predict({ x: 1 }).catch((error: unknown) => error);
  await hedged.clock.advance(60);
  if (hedged.asked.length > length + 1) return row;
  await hedged.clock.advance(30_000);
  await row;
  return "not hedged";
}

describe("hedging", () => {
  it("answers from another endpoint when the first is late, and counts what it sent", async () => {
    const hedged = await createHedged();
    const row = await predictLate(hedged);
    const [first, second] = hedged.asked.map(({ endpoint }) => endpoint ?? "");
    expect(second).not.toBe(first);
    expect(row).toEqual({ y: factors[second ?? ""] });
    const { attempts, hedges, requests, inFlight } = hedged.model.stats();
    expect({ attempts, hedges, inFlight }).toEqual({
      attempts: 42,
      hedges: { sent: 1, won: 1 },
      inFlight: 0,
    });
    expect(requests).toMatchObject({ started: 41, succeeded: 41, failed: {} });
    await hedged.model.close();
    expect(hedged.clock.timers).toBe(0);
  });

  it("is off unless asked for", async () => {
    expect(await predictLate(await createHedged({ hedging: false }))).toBe("not hedged");
  });

  it("is for one request in twenty", async () => {
    const hedged = await createHedged({ timeout: 100, circuitBreakerEnabled: false });
    expect(await predictLate(hedged)).toEqual({ y: expect.any(Number) });
    expect(await predictLate(hedged)).toEqual({ y: expect.any(Number) });
    expect(await predictLate(hedged)).toBe("not hedged");
  });

  it("waits for a place, which the others have", async () => {
    const hedged = await createHedged({ maxInFlight: 1 });
    expect(await predictLate(hedged)).toBe("not hedged");
  });

  it("stops while an endpoint fails", async () => {
    const hedged = await createHedged({ maxRetries: 0 });
    hedged.gate = () => Promise.reject(new TransportError("refused", { delivery: "not-sent" }));
    // The outlier is avoided, which says that not all is well.
    for (let record = 0; record < 12; record += 1) {
      await hedged.model.predict({ x: 1 }).catch(() => undefined);
    }
    expect(hedged.model.stats().endpoints.some(({ circuit }) => circuit === "open")).toBe(true);
    expect(await predictLate(hedged)).toBe("not hedged");
  });

  it("stops while half of the retry budget is spent", async () => {
    const hedged = await createHedged({ maxRetries: 6, retryInitialBackoff: 1, timeout: 1000 });
    hedged.gate = () => Promise.reject(cut());
    const spent = Promise.allSettled(
      Array.from({ length: 9 }, () => hedged.model.predict({ x: 1 })),
    );
    await hedged.clock.advance(1000);
    await spent;
    expect(hedged.model.stats().retryBudgetLeft).toBeLessThan(0.5);
    await hedged.clock.advance(60_000);
    expect(await predictLate(hedged)).toBe("not hedged");
  });
});

it("P10: blames the culprit of a batch that both servers refuse as if one had", async () => {
  const hedged = await createHedged({ batchSize: 8, maxInFlight: 9, retryInitialBackoff: 1 });
  const { model, clock, asked, refused } = hedged;
  refused.add(5);
  let hangs = 2;
  const turns: (() => void)[] = [];
  hedged.gate = () =>
    (hangs -= 1) < 0 ? Promise.resolve() : new Promise((resolve) => turns.push(resolve));
  const records = [1, 2, 3, 4, 5, 6, 7, 8].map((x) => ({ x }));
  const settled = Promise.allSettled(records.map((record) => model.predict(record)));
  await clock.advance(60);
  expect(asked.map(({ rows, hedge }) => [rows, hedge])).toEqual([
    [8, undefined],
    [8, true],
  ]);
  for (const answer of turns) answer();
  await clock.advance(1000);
  const outcomes = (await settled).map(({ status }) => status);
  expect(outcomes).toEqual(records.map(({ x }) => (x === 5 ? "rejected" : "fulfilled")));
  // The batch twice; two for each halving; the culprit once more.
  expect(asked.length).toBeLessThanOrEqual(2 + 2 * 3 + 1);
  await model.close();
});

type Ending = "answers" | "fails";
const ending = fc.constantFrom<Ending>("answers", "fails");

describe("a hedge, in every order of its events", () => {
  it("P19: gives each record one outcome, from one of the two, and leaves nothing behind", async () => {
    const seen = { first: 0, second: 0, failed: 0, aborted: 0, unhedged: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.record({ first: ending, second: ending }),
        fc.subarray(["abort", "deadline"]),
        async (scheduler, endings, ends) => {
          const hedged = await createHedged({
            batchSize: 3,
            maxInFlight: 9,
            maxRetries: 0,
            timeout: 1000,
          });
          const { model, clock, asked, events } = hedged;
          hedged.gate = async ({ hedge }) => {
            const which = hedge === true ? "second" : "first";
            await scheduler.schedule(Promise.resolve(), `${which} ${endings[which]}`);
            if (endings[which] === "fails") throw cut();
          };
          const abort = new AbortController();
          const rows: unknown[] = [];
          const errors: unknown[] = [];
          const reading = (async () => {
            const records = [{ x: 1 }, { x: 10 }, { x: 100 }];
            for await (const settled of model.settleAll(records, { signal: abort.signal })) {
              if (settled.outcome === "ok") rows.push(settled.row);
              else errors.push(settled.error);
            }
          })().catch((error: unknown) => expect(error).toBe("abort"));
          await clock.advance(0);
          const act: Readonly<Record<string, () => unknown>> = {
            late: () => clock.advance(60),
            abort: () => abort.abort("abort"),
            deadline: () => clock.advance(1000),
          };
          for (const label of ["late", ...ends]) {
            scheduler.scheduleSequence([{ label, builder: async () => act[label]?.() }]);
          }
          await scheduler.waitAll();
          await clock.advance(60_000);
          await scheduler.waitAll();
          await clock.advance(60_000);
          await reading;

          const stats = model.stats();
          const { sent, won } = stats.hedges;
          expect(asked.filter(({ hedge }) => hedge)).toHaveLength(sent);
          expect(sent).toBeLessThanOrEqual(1);
          expect(stats.attempts).toBe(40 + asked.length);
          const exchanges = events.filter(({ type }) => type === "attempt").length;
          expect(exchanges).toBe(stats.attempts - 40);
          expect([stats.inFlight, stats.batchesUnderWay]).toEqual([0, 0]);
          expect(won).toBeLessThanOrEqual(sent);
          const isAborted = abort.signal.aborted && rows.length + errors.length < 3;
          if (!isAborted) expect(rows.length + errors.length).toBe(3);
          // A batch without an answer is sent again in parts, each of them a request.
          if (rows.length === 3 && stats.requests.started === 41) {
            const winner = asked.find(({ hedge }) => (hedge === true) === (won === 1));
            const factor = factors[winner?.endpoint ?? ""] ?? 0;
            expect(rows).toEqual([1, 10, 100].map((x) => ({ y: x * factor })));
          }
          seen.first += rows.length > 0 && won === 0 ? 1 : 0;
          seen.second += won;
          seen.failed += errors.length > 0 ? 1 : 0;
          seen.aborted += isAborted ? 1 : 0;
          seen.unhedged += sent === 0 ? 1 : 0;
          await model.close();
          expect(clock.timers).toBe(0);
        },
      ),
      { seed: 11, numRuns: 150 },
    );
    // Each of the ways that it can end was gone.
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(5);
  });
});
