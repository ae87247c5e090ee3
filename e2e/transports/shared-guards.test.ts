import { createModel, float32, type CreateModelOptions, type Fields } from "@nereid/core";
import {
  createStandardModels,
  createVirtualClock,
  startV2GrpcServer,
  startV2Server,
  type VirtualClock,
} from "@nereid/testing";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { describe, expect, it } from "vitest";

const protocols = [
  {
    name: "HTTP",
    start: startV2Server,
    connect: (endpoint: string | string[], clock: VirtualClock) =>
      createHttpTransport({ endpoint, clock }),
  },
  {
    name: "gRPC",
    start: startV2GrpcServer,
    // What is left until a deadline is told to the server, so both are on one clock.
    connect: (endpoint: string | string[], clock: VirtualClock) =>
      createGrpcTransport({ endpoint, clock }),
  },
];
const unavailable = { kind: "status", status: 503, text: "unavailable" } as const;
const isInference = (path: string): boolean => /infer$/i.test(path);

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets the time of the models pass while the sockets do their work, until something is done. */
async function pass<T>(clock: VirtualClock, stepMs: number, done: Promise<T>): Promise<T> {
  let isDone = false;
  const settled = done.finally(() => (isDone = true));
  while (!isDone) {
    for (let turn = 0; turn < 50; turn += 1) await nextTurn();
    await clock.advance(stepMs);
  }
  return settled;
}

describe.each(protocols)("models over $name", ({ start, connect }) => {
  const open = (
    endpoint: string | string[],
    clock: VirtualClock,
    options: Partial<CreateModelOptions<Fields, Fields>> = {},
  ) =>
    createModel({
      transport: connect(endpoint, clock),
      model: "poison",
      clock,
      ...options,
      inputs: { IN: float32() },
      outputs: { OUT: float32() },
    });

  it("P15: stay within one retry budget on a server that is down, as the server counts", async () => {
    const clock = createVirtualClock();
    await using server = await start({ models: createStandardModels() });
    const models = await Promise.all(Array.from({ length: 40 }, () => open(server.url, clock)));
    server.setFaults(({ path }) => (isInference(path) ? unavailable : undefined));
    const ended = Promise.allSettled(models.map((model) => model.predict({ IN: 1 })));
    await pass(clock, 20, ended);
    const asked = server.requests.filter(({ path }) => isInference(path)).length;
    // Each with its own would have repeated three times.
    expect(asked).toBeGreaterThanOrEqual(40 + 50);
    expect(asked).toBeLessThanOrEqual(40 + 50 + 1 + clock.now() / 1000);
    await Promise.all(models.map((model) => model.close()));
    expect(clock.timers).toBe(0);
  });

  it("find out once that their server is gone", async () => {
    const clock = createVirtualClock();
    const server = await start({ models: createStandardModels() });
    const options = { circuitBreakerEnabled: true, maxRetries: 0 };
    await using one = await open(server.url, clock, options);
    await using other = await open(server.url, clock, options);
    await server.close();
    for (let record = 0; record < 20; record += 1) {
      await pass(
        clock,
        1,
        one.predict({ IN: 1 }).catch(() => undefined),
      );
    }
    expect(one.stats().endpoints).toMatchObject([{ circuit: "open" }]);
    await expect(other.predict({ IN: 1 })).rejects.toMatchObject({ code: "circuit-open" });
    expect(other.stats().attempts).toBe(0);
  });

  it("are answered by a second server when the first is late, with hedging", async () => {
    const clock = createVirtualClock();
    await using one = await start({ models: createStandardModels() });
    await using other = await start({ models: createStandardModels() });
    await using model = await open([one.url, other.url], clock, { hedging: true });
    for (let record = 0; record < 20; record += 1) await model.predict({ IN: 1 });
    let hangs = 1;
    for (const server of [one, other]) {
      server.setFaults(({ path }) =>
        isInference(path) && (hangs -= 1) >= 0 ? { kind: "hang" } : undefined,
      );
    }
    const row = model.predict({ IN: 21 });
    // The first exchange is the one that hangs.
    while (hangs > 0) await nextTurn();
    expect(await pass(clock, 10, row)).toEqual({ OUT: 42 });
    expect(model.stats()).toMatchObject({
      attempts: 22,
      hedges: { sent: 1, won: 1 },
      inFlight: 0,
      requests: { started: 21, succeeded: 21, failed: {} },
    });
    const asked = [one, other].map(({ requests }) =>
      requests.filter(({ path }) => isInference(path)),
    );
    expect(asked.flat()).toHaveLength(22);
  });
});
