import { createModel, TransportError } from "@nereid/core";
import { createTensor } from "@nereid/core/transport-kit";
import { createVirtualClock } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import { createOtelLayer } from "./index.ts";
import { createTestMeter, createTestTransport } from "./otel.fixture.ts";

describe("metrics of a model in hardship", () => {
  it("survive a model that was never made", async () => {
    const { meterProvider, value } = createTestMeter();
    const telemetry = createOtelLayer({ meterProvider });
    await using model = await createModel({
      transport: createTestTransport(),
      model: "ranker",
      telemetry,
    });
    await expect(
      createModel({
        transport: createTestTransport(),
        model: "broken",
        telemetry,
        defaultValue: { y: "no number" },
      }),
    ).rejects.toThrow("y");
    await model.predict({ x: 1 });
    expect(await value("nereid.success", { "nereid.model.name": "ranker" })).toBe(1);
    expect(await value("nereid.in_flight.limit", { "nereid.model.name": "ranker" })).toBe(100);
    expect(await value("nereid.success", { "nereid.model.name": "broken" })).toBeUndefined();
  });

  it("forget a model whose warm-up failed", async () => {
    const { meterProvider, value } = createTestMeter();
    const transport = createTestTransport();
    transport.gate = async () => {
      throw new TransportError("cut", { delivery: "not-sent", retryable: false });
    };
    const telemetry = createOtelLayer({ meterProvider });
    const making = createModel({ transport, model: "ranker", telemetry, warmup: "auto" });
    await expect(making).rejects.toThrow();
    expect(await value("nereid.failure")).toBe(1);
    expect(await value("nereid.in_flight.limit")).toBe(0);
  });

  it("count what is answered after a model was closed by force", async () => {
    const { meterProvider, value } = createTestMeter();
    const clock = createVirtualClock();
    const transport = createTestTransport("http");
    const model = await createModel({
      transport,
      model: "ranker",
      clock,
      closeTransport: false,
      telemetry: createOtelLayer({ meterProvider }),
    });
    const answers = Promise.withResolvers<void>();
    // It does not listen to its signal.
    transport.infer = async ({ model: { name: modelName } }) => {
      await answers.promise;
      return { modelName, outputs: [createTensor("y", "FP32", [1, 1], Float32Array.of(1))] };
    };
    const rows = [1, 2, 3].map((x) => model.predict({ x }).catch(() => undefined));
    await new Promise((resolve) => void setImmediate(resolve));
    await model.close({ force: true });
    await Promise.all(rows);
    for (const name of ["nereid.failure", "nereid.attempts", "nereid.latency"]) {
      expect(await value(name), name).toBe(3);
    }
    answers.resolve();
    await new Promise((resolve) => void setImmediate(resolve));
    expect(await value("http.client.request.duration")).toBe(3);
    expect(await value("nereid.io", { "nereid.direction": "received" })).toBe(12);
    expect(await value("nereid.in_flight")).toBe(0);
  });

  it("let the alarms of a model end with it", async () => {
    const { meterProvider, value } = createTestMeter();
    const transport = createTestTransport();
    transport.gate = async () => {
      throw new TransportError("cut", { delivery: "not-sent", retryable: true });
    };
    const model = await createModel({
      transport,
      model: "ranker",
      clock: createVirtualClock(),
      telemetry: createOtelLayer({ meterProvider }),
      circuitBreakerEnabled: true,
      maxRetries: 0,
    });
    for (let record = 0; record < 20; record += 1) {
      await model.predict({ x: 1 }).catch(() => undefined);
    }
    const open = { "nereid.state": "open" };
    expect(await value("nereid.circuit.state", open)).toBe(1);
    await model.close();
    expect(await value("nereid.circuit.state", open)).toBe(0);
    expect(await value("nereid.circuit.state", { "nereid.state": "closed" })).toBe(1);
    expect(await value("nereid.retry_budget.left")).toBe(1);
  });

  it("add up endpoints that differ in their paths alone, and tell the worst of them", async () => {
    const { meterProvider, read, value } = createTestMeter();
    const clock = createVirtualClock();
    const endpoints = ["http://gateway/a", "http://gateway/b"];
    const transport = createTestTransport("http");
    const report = transport.report();
    const both = {
      ...transport,
      endpoints,
      report: () => ({
        ...report,
        servers: endpoints.map((endpoint) => ({ endpoint, address: "gateway", port: 80 })),
      }),
      ready: async (_: unknown, { endpoint }: { readonly endpoint?: string }) =>
        endpoint === endpoints[1],
    };
    transport.gate = async ({ endpoint }) => {
      if (endpoint === endpoints[0]) {
        throw new TransportError("cut", { delivery: "not-sent", retryable: true });
      }
    };
    await using model = await createModel({
      transport: both,
      model: "ranker",
      clock,
      telemetry: createOtelLayer({ meterProvider }),
      circuitBreakerEnabled: true,
      healthCheckEnabled: true,
      maxRetries: 3,
      retryInitialBackoff: 1,
    });
    for (let record = 0; record < 40; record += 1) {
      const row = model.predict({ x: 1 }).catch(() => undefined);
      await clock.advance(10);
      await row;
    }
    const openings = model.stats().endpoints.reduce((sum, one) => sum + one.openings, 0);
    for (let reading = 0; reading < 3; reading += 1) await read();
    expect(await value("nereid.circuit.openings")).toBe(openings);
    expect(await value("nereid.endpoint.ready")).toBe(0);
  });
});
