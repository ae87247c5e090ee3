import {
  createModel,
  int32,
  type KeyedSequences,
  type LayerEvent,
  type SequenceEvent,
  type Settled,
} from "@nereid/core";
import { expect } from "vitest";
import { createVirtualClock, type VirtualClock } from "../src/index.ts";
import { createFaultyServer, createRandom, type FaultyServer } from "./sequence-faults.fixture.ts";

export interface Visit {
  readonly user: number;
  readonly X: number;
  readonly last: boolean;
}

interface Row {
  readonly STEP: number;
  readonly HASH: number;
}

export type Outcome = Settled<Visit, Row>;

/** What a run under chaos came to. */
export interface Chaos {
  readonly server: FaultyServer;
  readonly records: readonly Visit[];
  readonly outcomes: readonly Outcome[];
  readonly events: readonly SequenceEvent[];
}

const timeoutMs = 300;

/** A model over a server that fails as the seed tells, on a clock that moves only when told. */
export async function createChaosModel(seed: number) {
  const clock = createVirtualClock();
  const random = createRandom(seed);
  const server = createFaultyServer(clock, random, timeoutMs);
  const alive = { now: 0, least: 0 };
  const observe = (event: LayerEvent): void => {
    if (event.type !== "sequence") return;
    alive.now += Number(event.to === "open") - Number(event.from === "open");
    alive.least = Math.min(alive.least, alive.now);
  };
  const model = await createModel({
    transport: server.transport,
    model: "hash",
    inputs: { X: int32() },
    outputs: { STEP: int32(), HASH: int32() },
    maxInFlight: 16,
    maxRetries: 3,
    retryInitialBackoff: 10,
    timeout: timeoutMs,
    clock,
    random,
    observe,
  });
  return { clock, random, server, model, alive };
}

/** Moves time on until the work is done. */
export async function untilDone<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  // A failure is thrown below, when time stands still again.
  done.catch(() => undefined);
  for (let turns = 0; !isDone; turns += 1) {
    if (turns > 1_000_000) throw new Error("expected the work to end, found it standing still");
    await clock.advance(100);
  }
  return done;
}

/** Sends records of many keys through one stream, with pauses and ends as the seed tells. */
export async function runKeyedChaos(
  seed: number,
  count: number,
  sequence: Partial<KeyedSequences<Visit>>,
): Promise<Chaos> {
  const { clock, random, server, model, alive } = await createChaosModel(seed);
  const records = Array.from({ length: count }, (_, index): Visit => {
    // Few keys are busy and many are rare, so that some are evicted and some go idle.
    const user = Math.floor(random() ** 2 * 200);
    return { user, X: index + 1, last: random() < 0.02 };
  });
  const source = async function* (): AsyncGenerator<Visit> {
    for (const record of records) {
      if (random() < 0.002) {
        await new Promise<void>((resolve) => void clock.setTimer(resolve, random() * 2000));
      }
      yield record;
    }
  };
  const events: SequenceEvent[] = [];
  const outcomes: Outcome[] = [];
  const keyed: KeyedSequences<Visit> = {
    key: ({ user }) => user,
    isLast: ({ last }) => last,
    maxLive: 120,
    onEvent: (event) => events.push(event),
    ...sequence,
  };
  const work = async (): Promise<void> => {
    for await (const one of model.settleAll(source(), { sequence: keyed, window: 48 })) {
      outcomes.push(one);
    }
    await model.close();
  };
  await untilDone(clock, work());
  expect(clock.timers).toBe(server.waiting());
  expect(alive).toEqual({ now: 0, least: 0 });
  return { server, records, outcomes, events };
}
