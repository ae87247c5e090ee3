import { describe, expect, it } from "vitest";
import { TransportError } from "../errors/errors.ts";
import { createSeededRandom } from "../layers/adaptive-limit.fixture.ts";
import type { LayerEvent } from "../layers/observe.ts";
import type { Transport } from "../transport/transport.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport, type DoubleTransport } from "./double.fixture.ts";

/** A transport to several doubling servers, each ready or not. */
function createServers(...addresses: readonly string[]) {
  const servers = new Map(addresses.map((address) => [address, createDoubleTransport()]));
  const notReady = new Set<string>();
  const asked: string[] = [];
  const [first] = servers.values();
  if (first === undefined) throw new Error("no server");
  const at = (endpoint = ""): DoubleTransport => servers.get(endpoint) ?? first;
  const transport: Transport = {
    ...first,
    ...(addresses.length > 1 ? { endpoints: addresses } : {}),
    infer: async (request, call) => at(call.endpoint).infer(request, call),
    ready: async (_, { endpoint = addresses[0] ?? "" }) => {
      asked.push(endpoint);
      return !notReady.has(endpoint);
    },
  };
  return { transport, at, notReady, asked };
}

const double = { model: "double", random: createSeededRandom(7919) };

const down = async (): Promise<never> => {
  throw new TransportError("connection refused", { delivery: "not-sent", retryable: true });
};

describe("a model of several endpoints", () => {
  it("uses all of them, and loses no record when one is gone", async () => {
    const clock = createVirtualClock();
    const { transport, at } = createServers("a", "b");
    await using model = await createModel({ transport, ...double, clock });
    const rows: number[] = [];
    const predict = async (x: number): Promise<void> => {
      rows[x] = Number((await model.predict({ x }))["y"]);
    };
    const half = Array.from({ length: 100 }, (_, x) => predict(x));
    await clock.advance(0);
    expect(at("a").seen.length).toBeGreaterThan(20);
    expect(at("b").seen.length).toBeGreaterThan(20);
    at("a").gate = down;
    // Not more at once than the budget has retries for those that go to the wrong place.
    const rest = Array.from({ length: 50 }, (_, x) => predict(100 + x));
    await clock.advance(10_000);
    await Promise.all([...half, ...rest]);
    expect(rows).toEqual(Array.from({ length: 150 }, (_, x) => x * 2));
  });

  it("tells which endpoint each attempt went to", async () => {
    const { transport } = createServers("a", "b");
    const events: LayerEvent[] = [];
    const observe = (event: LayerEvent): void => void events.push(event);
    await using model = await createModel({ transport, ...double, observe });
    await model.predict({ x: 1 });
    const attempt = events.find(({ type }) => type === "attempt");
    expect(attempt).toMatchObject({ endpoint: expect.stringMatching(/^[ab]$/) });
  });

  it("has a breaker for each endpoint when asked for one", async () => {
    const clock = createVirtualClock();
    const { transport, at } = createServers("a", "b");
    const events: LayerEvent[] = [];
    await using model = await createModel({
      transport,
      ...double,
      clock,
      circuitBreakerEnabled: true,
      observe: (event) => events.push(event),
    });
    at("a").gate = down;
    for (let x = 0; x < 100; x += 1) {
      const row = model.predict({ x });
      await clock.advance(300);
      expect(await row).toEqual({ y: x * 2 });
    }
    expect(at("a").seen).toHaveLength(5);
    expect(events.filter(({ type }) => type === "circuit")).toEqual([
      { type: "circuit", from: "closed", to: "open", endpoint: "a" },
    ]);
  });
});

describe("health checks of a model", () => {
  const watched = {
    model: "double",
    healthCheckEnabled: true,
    healthCheckInterval: "10s",
  } as const;

  it("keep work from an endpoint whose model is not ready, until it is", async () => {
    const clock = createVirtualClock();
    const { transport, at, notReady, asked } = createServers("a", "b");
    notReady.add("a");
    await using model = await createModel({ transport, clock, ...watched });
    await clock.advance(1);
    expect(asked).toEqual(["a", "b"]);
    await Promise.all(Array.from({ length: 50 }, (_, x) => model.predict({ x })));
    expect(at("a").seen).toHaveLength(0);
    notReady.clear();
    await clock.advance(1100);
    await Promise.all(Array.from({ length: 50 }, (_, x) => model.predict({ x })));
    expect(at("a").seen.length).toBeGreaterThan(10);
  });

  it("watch an only endpoint too; what comes meanwhile is repeated until its time is over", async () => {
    const clock = createVirtualClock();
    const { transport, notReady } = createServers("a");
    notReady.add("a");
    await using model = await createModel({ transport, clock, maxRetries: 20, ...watched });
    await clock.advance(1);
    const row = model.predict({ x: 1 });
    await clock.advance(500);
    notReady.clear();
    await clock.advance(3000);
    expect(await row).toEqual({ y: 2 });
  });

  it("ask the server as well where the transport can", async () => {
    const clock = createVirtualClock();
    const { transport, asked } = createServers("a");
    const no = async (): Promise<boolean> => false;
    const server = { ...transport, serverReady: no, serverLive: no };
    await using model = await createModel({ transport: server, clock, maxRetries: 0, ...watched });
    await clock.advance(1);
    await expect(model.predict({ x: 1 })).rejects.toThrow("health checks failed");
    expect(asked).toEqual([]);
  });

  it("do not mind that the server is not ready for another model's sake, as Triton is", async () => {
    const clock = createVirtualClock();
    const { transport } = createServers("a");
    const server = { ...transport, serverReady: async () => false, serverLive: async () => true };
    await using model = await createModel({ transport: server, clock, maxRetries: 0, ...watched });
    await clock.advance(1);
    expect(await model.predict({ x: 1 })).toEqual({ y: 2 });
  });

  it("end with the model, and when making it fails", async () => {
    const clock = createVirtualClock();
    const { transport, at } = createServers("a", "b");
    const model = await createModel({ transport, clock, ...watched });
    await clock.advance(1);
    expect(clock.timers).toBe(2);
    await model.close();
    expect(clock.timers).toBe(0);

    for (const address of ["a", "b"]) {
      at(address).gate = async () => {
        throw new Error("out of order");
      };
    }
    const warmup = { x: 1 };
    await expect(createModel({ transport, clock, warmup, ...watched })).rejects.toThrow(
      "found Error",
    );
    await clock.advance(0);
    expect(clock.timers).toBe(0);
  });

  it("are not made when not asked for", async () => {
    const { transport, asked } = createServers("a", "b");
    await using model = await createModel({ transport, ...double });
    await model.predict({ x: 1 });
    expect(asked).toEqual([]);
  });
});
