import { describe, expect, it } from "vitest";
import type { InferenceRequest } from "../protocol/request.ts";
import { orAborted } from "../transport/or-aborted.ts";
import type { Call } from "../transport/transport.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { hedgeLayer } from "./hedge.ts";
import { callWith, request, response, serverError, transportError } from "./layers.fixture.ts";
import type { LayerEvent } from "./observe.ts";

/** A layer that knows how long answers take, and exchanges that end when they are told. */
async function createHedged(mayHedge = () => true) {
  const clock = createVirtualClock();
  const events: LayerEvent[] = [];
  const calls: Call[] = [];
  const ends: { answer(name: string): void; fail(error: unknown): void }[] = [];
  let isQuick = true;
  const layer = hedgeLayer({ clock, mayHedge, observe: (event) => void events.push(event) });
  const infer = layer((_, call) => {
    if (isQuick) return Promise.resolve(response);
    calls.push(call);
    const ended = new Promise<typeof response>((resolve, reject) => {
      ends.push({ answer: (modelName) => resolve({ ...response, modelName }), fail: reject });
    });
    return orAborted(ended, call.signal);
  });
  for (let answer = 0; answer < 40; answer += 1) await infer(request, callWith());
  isQuick = false;
  const start = (changes: Partial<Call> = {}, sent: InferenceRequest = request) =>
    infer(sent, callWith(changes)).then(
      ({ modelName }) => modelName,
      (error: unknown) => error,
    );
  return { clock, events, calls, ends, start };
}

describe("hedgeLayer", () => {
  it("sends a second exchange when the first is late, takes its answer and cancels the first", async () => {
    const { clock, events, calls, ends, start } = await createHedged();
    const answer = start();
    await clock.advance(49);
    expect(calls).toHaveLength(1);
    await clock.advance(1);
    expect(calls.map(({ hedge, attempt }) => [hedge, attempt])).toEqual([
      [undefined, 1],
      [true, 1],
    ]);
    ends[1]?.answer("second");
    expect(await answer).toBe("second");
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    expect(events).toEqual([{ type: "hedge-won" }]);
    expect(clock.timers).toBe(0);
  });

  it("takes the answer of the first when that comes first after all, and tells of no victory", async () => {
    const { clock, events, calls, ends, start } = await createHedged();
    const answer = start();
    await clock.advance(50);
    ends[0]?.answer("first");
    expect(await answer).toBe("first");
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([false, true]);
    expect(events).toEqual([]);
  });

  it.each([0, 1])("waits for the other one when one of the two fails: %i", async (failing) => {
    const { clock, ends, start } = await createHedged();
    const answer = start();
    await clock.advance(50);
    ends[failing]?.fail(transportError("unknown"));
    await clock.advance(100);
    ends[1 - failing]?.answer("other");
    expect(await answer).toBe("other");
  });

  it("fails at once with what the first failed with before it was late", async () => {
    const { clock, calls, ends, start } = await createHedged();
    const answer = start();
    await clock.advance(10);
    const error = transportError("unknown");
    ends[0]?.fail(error);
    expect(await answer).toBe(error);
    await clock.advance(100);
    expect([calls.length, clock.timers]).toEqual([1, 0]);
  });

  it.each([
    ["unknown", "unknown", 0],
    ["unknown", "not-sent", 0],
    ["not-sent", "not-sent", 0],
    ["not-sent", "unknown", 1],
  ] as const)("fails once when both do, %s and %s", async (first, second, told) => {
    for (const order of [
      [0, 1],
      [1, 0],
    ] as const) {
      const { clock, ends, start } = await createHedged();
      const answer = start();
      await clock.advance(50);
      const errors = [transportError(first), transportError(second)];
      for (const which of order) ends[which]?.fail(errors[which]);
      expect(await answer).toBe(errors[told]);
    }
  });

  it("ends both with the signal's reason when the call is over", async () => {
    const { clock, calls, start } = await createHedged();
    const over = new AbortController();
    const answer = start({ signal: over.signal });
    await clock.advance(50);
    over.abort("over");
    expect(await answer).toBe("over");
    expect(calls.map(({ signal }) => signal.reason)).toEqual(["over", "over"]);
    expect(await start({ signal: over.signal })).toBe("over");
    expect([calls.length, clock.timers]).toEqual([2, 0]);
  });

  it.each<[string, Partial<Call>, Partial<InferenceRequest>]>([
    ["a step of a sequence", {}, { sequence: { id: 1n, start: true, end: true } }],
    ["what must be applied once at most", { atMostOnce: true }, {}],
    ["a record that its batch failed with", { isolated: true }, {}],
    ["a retry", { attempt: 2 }, {}],
    ["what has no time left for an answer", { deadline: 99 }, {}],
  ])("does not hedge %s", async (_what, call, changes) => {
    const { clock, calls, ends, start } = await createHedged();
    const answer = start(call, { ...request, ...changes });
    await clock.advance(1000);
    expect(calls).toHaveLength(1);
    ends[0]?.answer("first");
    expect(await answer).toBe("first");
  });

  it("does not hedge when it may not, nor while a server is full", async () => {
    const forbidden = await createHedged(() => false);
    void forbidden.start();
    await forbidden.clock.advance(1000);
    expect(forbidden.calls).toHaveLength(1);
    const { clock, calls, ends, start } = await createHedged();
    const refused = start({ attempt: 2 });
    ends[0]?.fail(serverError("overloaded"));
    await refused;
    void start();
    await clock.advance(9999);
    expect(calls).toHaveLength(2);
  });
});
