import { describe, expect, it } from "vitest";
import { TransportError } from "../errors/errors.ts";
import type { LayerEvent } from "../layers/observe.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

const unreachable = (): TransportError =>
  new TransportError("connection refused", { delivery: "not-sent", retryable: true });

describe("the standard layers", () => {
  it("stop sending to a server that cannot be reached, when asked to, and come back to it", async () => {
    const clock = createVirtualClock();
    const transport = createDoubleTransport();
    const events: LayerEvent[] = [];
    await using model = await createModel({
      transport,
      model: "double",
      clock,
      random: () => 0,
      maxRetries: 9,
      retryInitialBackoff: 1,
      circuitBreakerEnabled: true,
      circuitBreakerTimeout: "5s",
      circuitBreakerHalfOpenRequests: 1,
      observe: (event) => events.push(event),
    });
    transport.gate = async () => {
      throw unreachable();
    };
    const lost = expect(model.predict({ x: 1 })).rejects.toMatchObject({ code: "circuit-open" });
    await clock.advance(1000);
    await lost;
    expect(transport.seen).toHaveLength(5);

    transport.gate = async () => undefined;
    await expect(model.predict({ x: 1 })).rejects.toMatchObject({ code: "circuit-open" });
    await clock.advance(4100);
    await expect(model.predict({ x: 1 })).resolves.toEqual({ y: 2 });
    expect(events.filter(({ type }) => type === "circuit")).toEqual([
      { type: "circuit", from: "closed", to: "open" },
      { type: "circuit", from: "open", to: "half-open" },
      { type: "circuit", from: "half-open", to: "closed" },
    ]);
  });

  it("have no breaker and keep trying when not asked to", async () => {
    const clock = createVirtualClock();
    const transport = createDoubleTransport();
    await using model = await createModel({ transport, model: "double", clock, maxRetries: 9 });
    transport.gate = async () => {
      throw unreachable();
    };
    const lost = expect(model.predict({ x: 1 })).rejects.toThrow("refused");
    await clock.advance(30_000);
    await lost;
    expect(transport.seen.length).toBeGreaterThan(5);
  });

  it("P19: tell attempts and retries so that the books balance", async () => {
    const clock = createVirtualClock();
    const transport = createDoubleTransport();
    const events: LayerEvent[] = [];
    await using model = await createModel({
      transport,
      model: "double",
      clock,
      observe: (event) => {
        events.push(event);
        throw new Error("an observer that fails");
      },
    });
    transport.gate = async ({ call }) => {
      if (call.attempt === 1) throw unreachable();
    };
    const rows = Promise.all([1, 2, 3].map((x) => model.predict({ x })));
    await clock.advance(1000);
    await expect(rows).resolves.toEqual([{ y: 2 }, { y: 4 }, { y: 6 }]);
    const counted = (type: LayerEvent["type"]): number =>
      events.filter((event) => event.type === type).length;
    expect(counted("attempt")).toBe(transport.seen.length);
    expect(counted("attempt")).toBe(3 + counted("retry"));
  });
});
