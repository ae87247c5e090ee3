import { describe, expect, it } from "vitest";
import type { ServerError } from "../errors/errors.ts";
import { createPatience } from "../transport/patience.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import type { Call } from "../transport/transport.ts";
import { callWith, request, response, serverError } from "./layers.fixture.ts";
import { createModelGrace } from "./model-grace.ts";
import type { LayerEvent } from "./observe.ts";
import { retryLayer } from "./retry.ts";

/** A server whose model comes and goes, behind the retries; everything that is asked of it is counted. */
function createPlace(settings: { readonly graceMs?: number } = {}) {
  const clock = createVirtualClock();
  const events: LayerEvent[] = [];
  const observe = (event: LayerEvent): void => void events.push(event);
  const asked = { inference: 0, readiness: 0 };
  const server = { has: true, claims: true, hangs: false, error: serverError("not-found") };
  const grace = createModelGrace({
    ...settings,
    ready: async () => {
      asked.readiness += 1;
      if (server.hangs) await new Promise(() => undefined);
      return server.claims;
    },
    clock,
    observe,
  });
  const layer = retryLayer({
    maxRetries: 0,
    initialBackoffMs: 10,
    maxBackoffMs: 10,
    random: () => 1,
    grace,
    clock,
    observe,
  });
  const infer = layer(async () => {
    asked.inference += 1;
    if (!server.has) throw server.error;
    return response;
  });
  const set = (isThere: boolean): void =>
    void Object.assign(server, { has: isThere, claims: isThere });
  const patience = createPatience({ modelName: "m", stallTimeoutMs: 60_000, clock });
  const stream = (changes: Partial<Call> = {}) =>
    infer(request, callWith({ patience, ...changes }));
  return { clock, events, asked, server, set, stream, infer, patience };
}

/** When a call fails, on the clock of its place, and with what. */
async function failureOf(
  { clock }: ReturnType<typeof createPlace>,
  answer: Promise<unknown>,
): Promise<{ readonly error: unknown; readonly atMs: number }> {
  let failure: { error: unknown; atMs: number } | undefined;
  answer.catch((error: unknown) => (failure = { error, atMs: clock.now() }));
  await clock.advance(60_000);
  if (failure === undefined) throw new Error("expected the call to fail, found that it did not");
  return failure;
}

describe("S5: a model that is loaded anew", () => {
  it("is waited for by rows of a stream, however few retries they have", async () => {
    const { clock, asked, set, stream } = createPlace();
    set(false);
    const rows = Promise.all(Array.from({ length: 20 }, () => stream()));
    await clock.advance(2000);
    set(true);
    await clock.advance(1100);
    await expect(rows).resolves.toHaveLength(20);
    // Each asked when it was gone and when it was back; in between one asked for all.
    expect(asked.inference).toBe(40);
    expect(asked.readiness).toBeLessThan(8);
    expect(clock.timers).toBe(0);
  });

  it("is told of once, and once more when it answers", async () => {
    const { clock, events, set, stream } = createPlace();
    set(false);
    const rows = Promise.all([stream(), stream()]);
    await clock.advance(1000);
    set(true);
    await clock.advance(2000);
    await rows;
    const absences = events.filter(({ type }) => type === "absence");
    expect(absences).toEqual([
      { type: "absence", gone: true },
      { type: "absence", gone: false },
    ]);
  });

  it("is seen soon, also when a question about it hangs", async () => {
    const { clock, server, set, stream } = createPlace();
    set(false);
    const row = stream();
    server.hangs = true;
    await clock.advance(150);
    server.hangs = false;
    set(true);
    await clock.advance(2300);
    await expect(row).resolves.toBe(response);
  });

  it("may go again and again, and each time is waited for anew", async () => {
    const { clock, set, stream } = createPlace();
    for (let round = 0; round < 4; round += 1) {
      set(false);
      const row = stream();
      await clock.advance(8000);
      set(true);
      await clock.advance(1000);
      await expect(row).resolves.toBe(response);
    }
  });
});

describe("S4: a model that stays away", () => {
  it("fails the rows with what the server said when the grace is over", async () => {
    const place = createPlace();
    place.set(false);
    const { error, atMs } = await failureOf(place, place.stream());
    expect(error).toBe(place.server.error);
    expect(atMs).toBe(10_000);
    expect(place.asked.inference).toBe(1);
    expect(place.events.at(-1)).toMatchObject({ type: "retry-stopped", reason: "final" });
    expect(place.clock.timers).toBe(0);
  });

  it("has one grace, not one for each row, and gets another when it has answered", async () => {
    const place = createPlace({ graceMs: 3000 });
    const { clock, set, stream } = place;
    set(false);
    const first = expect(stream()).rejects.toBe(place.server.error);
    await clock.advance(3000);
    await first;
    for (let row = 0; row < 10; row += 1) {
      await expect(stream()).rejects.toBe(place.server.error);
    }
    set(true);
    await expect(stream()).resolves.toBe(response);
    set(false);
    const startMs = clock.now();
    expect((await failureOf(place, stream())).atMs).toBe(startMs + 3000);
  });

  it("is not flooded with rows when it says that it is ready and refuses them", async () => {
    const place = createPlace();
    place.set(false);
    place.server.claims = true;
    const { atMs } = await failureOf(place, place.stream());
    expect(atMs).toBe(10_000);
    expect(place.asked.inference).toBeLessThan(25);
  });

  it("fails a row with the server's word when its own time is over first", async () => {
    const place = createPlace();
    place.set(false);
    const { error, atMs } = await failureOf(place, place.stream({ deadline: 4000 }));
    expect(error).toBe(place.server.error);
    expect(atMs).toBe(3950);
  });
});

describe("nobody waits", () => {
  it.each<[string, Partial<Call>, number?]>([
    ["with a step, for the state has gone with its model", { atMostOnce: true }],
    ["where there is no grace", {}, 0],
  ])("%s", async (_, changes, graceMs) => {
    const place = createPlace(graceMs === undefined ? {} : { graceMs });
    place.set(false);
    const { atMs } = await failureOf(place, place.stream(changes));
    expect(atMs).toBe(0);
    expect(place.asked).toEqual({ inference: 1, readiness: 0 });
  });

  it("who asked for a single record", async () => {
    const place = createPlace();
    place.set(false);
    const { atMs } = await failureOf(place, place.infer(request, callWith()));
    expect([atMs, place.asked.readiness]).toEqual([0, 0]);
  });

  it("with a request that is a step of a sequence", async () => {
    const place = createPlace();
    place.set(false);
    const step = { ...request, sequence: { id: "s", start: false, end: false } };
    const { atMs } = await failureOf(
      place,
      place.infer(step, callWith({ patience: place.patience })),
    );
    expect(atMs).toBe(0);
  });

  it("for a server that has the model and refuses", async () => {
    const place = createPlace();
    place.set(false);
    const error: ServerError = serverError("unavailable");
    place.server.error = error;
    expect(await failureOf(place, place.stream())).toEqual({ error, atMs: 0 });
  });

  it("who is given up: the reason is thrown, and no timer is left", async () => {
    const { clock, set, stream } = createPlace();
    set(false);
    const controller = new AbortController();
    const failed = expect(stream({ signal: controller.signal })).rejects.toBe("enough");
    await clock.advance(500);
    controller.abort("enough");
    await failed;
    await clock.advance(0);
    expect(clock.timers).toBe(0);
  });
});
