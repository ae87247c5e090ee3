import fc from "fast-check";
import { expect, it } from "vitest";
import { TransportError } from "../errors/errors.ts";
import { sleep } from "../transport/clock.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

interface Load {
  readonly downMs: number;
  readonly answerMs: number;
  readonly maxInFlight: number;
  readonly batchSize: number;
  readonly seed: number;
}

const { signal } = new AbortController();
const healthyMs = 5000;

/** When each request reached a server that was away for a while in the middle of a stream. */
async function arrivals({ downMs, answerMs, maxInFlight, batchSize, seed }: Load) {
  const clock = createVirtualClock();
  const transport = createDoubleTransport();
  let state = seed;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  let isDown = false;
  const reached: number[] = [];
  transport.gate = async () => {
    if (isDown) {
      throw new TransportError("connection refused", { delivery: "not-sent", retryable: true });
    }
    reached.push(clock.now());
    await sleep(clock, answerMs, signal);
  };
  const model = await createModel({
    transport,
    model: "double",
    clock,
    random,
    batchSize,
    maxInFlight,
    endOfTurn: (callback) => void clock.setTimer(callback, 0),
  });
  const stop = { isWanted: false };
  function* source() {
    for (let x = 0; !stop.isWanted; x += 1) yield { x };
  }
  let outcome = "open";
  const done = (async () => {
    for await (const settled of model.settleAll(source())) outcome = settled.outcome;
  })();
  await clock.advance(healthyMs);
  isDown = true;
  await clock.advance(downMs);
  isDown = false;
  const backAt = clock.now();
  await clock.advance(4000);
  stop.isWanted = true;
  await clock.advance(10_000);
  await done;
  await model.close();
  return { reached, backAt, outcome };
}

const within = (times: readonly number[], from: number, toMs: number): number =>
  times.filter((at) => at >= from && at < from + toMs).length;

it("P16: has its whole traffic within two seconds after it is back, and never more than that", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        downMs: fc.integer({ min: 2000, max: 90_000 }),
        answerMs: fc.integer({ min: 40, max: 100 }),
        maxInFlight: fc.integer({ min: 1, max: 12 }),
        batchSize: fc.integer({ min: 1, max: 4 }),
        seed: fc.integer({ min: 1, max: 2_000_000_000 }),
      }),
      async (load) => {
        const { reached, backAt, outcome } = await arrivals(load);
        const steady = within(reached, healthyMs - 2000, 1000);
        const after = [0, 1000, 2000, 3000].map((ms) => within(reached, backAt + ms, 1000));
        expect(outcome).toBe("ok");
        expect(after[0]).toBeLessThanOrEqual(1.5 * steady);
        expect(after[1]).toBeLessThanOrEqual(1.5 * steady);
        expect(after[2]).toBeGreaterThanOrEqual(0.9 * steady);
      },
    ),
    { numRuns: 8 },
  );
});
