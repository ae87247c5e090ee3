import { expect, it } from "vitest";
import type { Transport } from "../transport/transport.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { accumulatorMetadata, createAccumulator } from "./accumulator.fixture.ts";
import { createModel } from "./create-model.ts";

/** A model of two servers, each with states of its own. */
async function createPair() {
  const clock = createVirtualClock();
  // Sequences that live longer than the checks of this test take.
  const metadata = { ...accumulatorMetadata, sequence: { maxIdleUs: 600_000_000 } };
  const [a, b] = [createAccumulator(clock, metadata), createAccumulator(clock, metadata)];
  const notReady = new Set<string>();
  const transport: Transport = {
    ...a,
    endpoints: ["a", "b"],
    infer: async (request, call) => (call.endpoint === "b" ? b : a).infer(request, call),
    ready: async (_, { endpoint = "" }) => !notReady.has(endpoint),
  };
  const model = await createModel({
    transport,
    model: "accumulator",
    clock,
    healthCheckEnabled: true,
  });
  return { clock, a, b, notReady, model };
}

it("sequences spread over endpoints, and each keeps its sum", async () => {
  const { a, b, model } = await createPair();
  const sequences = Array.from({ length: 20 }, (_, n) => model.sequence({ id: `s${n}` }));
  for (const X of [1, 2, 3]) {
    await Promise.all(sequences.map((one) => one.predict({ X })));
  }
  const rows = await Promise.all(sequences.map((one) => one.predict({ X: 4 }, { end: true })));
  expect(rows.map(({ SUM }) => SUM)).toEqual(sequences.map(() => 10));
  expect(a.seen.length).toBeGreaterThan(8);
  expect(a.seen.length + b.seen.length).toBe(80);
  await model.close();
});

it("a sequence whose endpoint is gone is lost, and nothing of it is sent elsewhere", async () => {
  const { clock, a, b, notReady, model } = await createPair();
  const conversation = model.sequence();
  await conversation.predict({ X: 1 });
  const [home, server, other] =
    a.seen.length === 1 ? (["a", a, b] as const) : (["b", b, a] as const);
  notReady.add(home);
  await clock.advance(40_000);
  const lost = { code: "sequence", reason: "forgotten", delivery: "not-sent", steps: 1 };
  await expect(conversation.predict({ X: 2 })).rejects.toMatchObject(lost);
  expect(conversation.state).toBe("lost");
  notReady.clear();
  await clock.advance(2000);
  await expect(conversation.predict({ X: 3 })).rejects.toMatchObject(lost);
  expect([server.seen.length, other.seen.length]).toEqual([1, 0]);
  await model.close();
});
