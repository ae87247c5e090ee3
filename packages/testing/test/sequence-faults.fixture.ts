import { DecodeError, ServerError, TransportError, type Transport } from "@nereid/core";
import { orAborted } from "@nereid/core/transport-kit";
import { createMemoryTransport, type MemoryTransport, type VirtualClock } from "../src/index.ts";
import { createHashModel, type Ledger } from "./sequence-oracle.fixture.ts";

/** Uniform numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const answer = (status: number, outcome: "overloaded" | "unavailable" | "internal"): ServerError =>
  new ServerError(`expected status 200, found ${status}`, { outcome, status, serverText: "" });
const noAnswer = (): TransportError =>
  new TransportError("expected an answer, found a reset", { delivery: "unknown", retryable: true });

/** What can go wrong in front of the model: the step is not applied. */
const before = {
  "not sent": () =>
    new TransportError("expected a connection, found none", {
      delivery: "not-sent",
      retryable: true,
    }),
  "lost on the way": noAnswer,
  "too many": () => answer(429, "overloaded"),
  "no server behind the proxy": () => answer(503, "unavailable"),
} as const;

/** What can go wrong behind it: the step is applied. */
const after = {
  "answer lost": noAnswer,
  "answer unreadable": () => new DecodeError("expected an answer, found nonsense"),
  "model raised": () => answer(500, "internal"),
  "proxy gave up": () => answer(504, "unavailable"),
} as const;

type Before = keyof typeof before;
type After = keyof typeof after;
export type FaultName = Before | After | "late" | "restart";

/** How often each happens, in a thousand requests. */
export const faultRates: Readonly<Record<FaultName, number>> = {
  "not sent": 20,
  "lost on the way": 6,
  "too many": 10,
  "no server behind the proxy": 6,
  "answer lost": 6,
  "answer unreadable": 3,
  "model raised": 4,
  "proxy gave up": 4,
  late: 3,
  restart: 1,
};

/** A server that fails as a seeded script tells. */
export interface FaultyServer {
  readonly transport: Transport;
  readonly ledger: Ledger;
  /** Requests that met each fault. */
  readonly injected: ReadonlyMap<FaultName, number>;
  /** Requests that it is still busy with: those that the client gave up outlive it. */
  waiting(): number;
  /** Steps that the model applied. */
  steps(): number;
}

const isBefore = (name: string): name is Before => Object.hasOwn(before, name);
const isAfter = (name: string): name is After => Object.hasOwn(after, name);

/** Makes the server. @param timeoutMs - what a late answer is later than */
export function createFaultyServer(
  clock: VirtualClock,
  random: () => number,
  timeoutMs: number,
): FaultyServer {
  const ledger: Ledger = new Map();
  const injected = new Map<FaultName, number>();
  let waiting = 0;
  const wait = async (ms: number): Promise<void> => {
    waiting += 1;
    await new Promise<void>((resolve) => void clock.setTimer(resolve, ms));
    waiting -= 1;
  };
  const start = (): MemoryTransport =>
    createMemoryTransport({
      models: [createHashModel(ledger)],
      clock,
      atEnd: queueMicrotask,
    });
  let server = start();

  const choose = (): FaultName | undefined => {
    let left = random() * 1000;
    for (const [name, rate] of Object.entries(faultRates)) {
      left -= rate;
      if (left < 0) return name as FaultName;
    }
    return undefined;
  };

  const infer: Transport["infer"] = async (request, call) => {
    const fault = choose();
    const latencyMs = 1 + random() * 20;
    if (fault !== undefined) injected.set(fault, (injected.get(fault) ?? 0) + 1);
    if (fault === "restart") server = start();
    if (fault !== undefined && isBefore(fault)) throw before[fault]();
    const reached = server;
    const exchange = async () => {
      await wait(fault === "late" ? timeoutMs + latencyMs : latencyMs);
      if (reached !== server) throw noAnswer();
      const response = await reached.infer(request, { ...call, signal: forever });
      if (fault !== undefined && isAfter(fault)) throw after[fault]();
      return response;
    };
    return orAborted(exchange(), call.signal);
  };

  return {
    ledger,
    injected,
    waiting: () => waiting,
    steps: () => [...ledger.values()].reduce((sum, { applied }) => sum + applied.length, 0),
    transport: {
      name: "faulty",
      infer,
      metadata: (model, call) => server.metadata(model, call),
      ready: (model, call) => server.ready(model, call),
      close: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    },
  };
}

/** A server goes on with what its client gave up. */
const forever = new AbortController().signal;
