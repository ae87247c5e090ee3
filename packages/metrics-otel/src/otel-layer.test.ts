import { metrics as api, trace } from "@opentelemetry/api";
import { createModel } from "@nereid/core";
import { createVirtualClock } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import { createOtelLayer } from "./index.ts";
import { createTestMeter, createTestTransport, serverError } from "./otel.fixture.ts";

describe("createOtelLayer", () => {
  it("keeps the number of series constant, whatever ids 100,000 requests carry", async () => {
    const { meterProvider, read } = createTestMeter();
    const transport = createTestTransport("http");
    transport.isStateful = true;
    await using model = await createModel({
      transport,
      model: "ranker",
      telemetry: createOtelLayer({ meterProvider, flinkNames: true }),
      sequenceId: "user-",
      sequenceIdAutoIncrement: true,
    });
    const seriesAfter = async (records: number): Promise<number> => {
      for (let sent = 0; sent < records; sent += 100) {
        await Promise.all(Array.from({ length: 100 }, () => model.predict({ x: 1 })));
      }
      return (await read()).reduce((count, { dataPoints }) => count + dataPoints.length, 0);
    };
    const few = await seriesAfter(100);
    const many = await seriesAfter(100_000);
    expect(many).toBe(few);
    expect(few).toBeLessThan(60);
    const values = (await read()).flatMap(({ dataPoints }) =>
      dataPoints.flatMap(({ attributes }) => Object.values(attributes)),
    );
    expect(values.filter((value) => String(value).includes("user"))).toEqual([]);
  }, 60_000);

  it("measures in seconds of the model's clock", async () => {
    const { meterProvider, points } = createTestMeter();
    const clock = createVirtualClock();
    const transport = createTestTransport("http");
    transport.gate = () => new Promise((resolve) => void clock.setTimer(resolve, 250));
    await using model = await createModel({
      transport,
      model: "ranker",
      telemetry: createOtelLayer({ meterProvider }),
      clock,
    });
    const row = model.predict({ x: 1 });
    await clock.advance(250);
    await row;
    for (const name of ["nereid.latency", "http.client.request.duration"]) {
      expect(await points(name)).toMatchObject([{ value: { count: 1, sum: 0.25 } }]);
    }
    expect(await points("http.client.request.duration")).toMatchObject([
      {
        attributes: {
          "nereid.model.name": "ranker",
          "http.request.method": "POST",
          "http.response.status_code": 200,
          "server.address": "gpu-1",
          "server.port": 8000,
        },
      },
    ]);
  });

  it("tells failures apart by error.type, in the words of the protocol where it has some", async () => {
    const { meterProvider, points, value } = createTestMeter();
    const transport = createTestTransport("grpc");
    await using model = await createModel({
      transport,
      model: "ranker",
      telemetry: createOtelLayer({ meterProvider }),
      maxRetries: 0,
    });
    transport.gate = async () => {
      throw serverError("unavailable", 14);
    };
    await expect(model.predict({ x: 1 })).rejects.toThrow("refused");
    expect(await points("rpc.client.call.duration")).toMatchObject([
      { attributes: { "rpc.response.status_code": "UNAVAILABLE", "error.type": "unavailable" } },
    ]);
    expect(await value("nereid.failure", { "error.type": "unavailable" })).toBe(1);
    expect(await value("nereid.records", { "nereid.outcome": "failed" })).toBe(1);
  });

  it("adds up models of one name, and keeps what a closed one has counted", async () => {
    const { meterProvider, value } = createTestMeter();
    const telemetry = createOtelLayer({ meterProvider });
    const open = () =>
      createModel({ transport: createTestTransport(), model: "ranker", telemetry, maxInFlight: 7 });
    const models = [await open(), await open()] as const;
    await models[0].predict({ x: 1 });
    await models[1].predict({ x: 1 });
    expect(await value("nereid.requests", { "nereid.outcome": "ok" })).toBe(2);
    expect(await value("nereid.in_flight.limit")).toBe(14);
    await models[1].predict({ x: 1 });
    await models[1].close();
    expect(await value("nereid.requests", { "nereid.outcome": "ok" })).toBe(3);
    expect(await value("nereid.in_flight.limit")).toBe(7);
    await models[0].close();
    expect(await value("nereid.requests", { "nereid.outcome": "ok" })).toBe(3);
    expect(await value("nereid.in_flight.limit")).toBe(0);
  });

  it("repeats five metrics under Flink's names when asked to", async () => {
    const { meterProvider, value } = createTestMeter();
    await using model = await createModel({
      transport: createTestTransport(),
      model: "ranker",
      telemetry: createOtelLayer({ meterProvider, flinkNames: true }),
      defaultValue: { y: 0 },
    });
    await model.predict({ x: 1 });
    await model.predict({ x: -1 });
    expect(await value("requests")).toBe(2);
    expect(await value("success")).toBe(1);
    expect(await value("failure")).toBe(1);
    expect(await value("latency")).toBe(2);
    expect(await value("output_rows")).toBe(2);
  });

  it("puts no layer in between when nobody registered an SDK", () => {
    const telemetry = createOtelLayer({
      meterProvider: api.getMeterProvider(),
      tracerProvider: trace.getTracerProvider(),
    });
    const opened = telemetry.open({
      model: { name: "ranker" },
      transport: "http",
      servers: [],
      batchSize: 1,
      clock: createVirtualClock(),
      stats: () => {
        throw new Error("nobody reads");
      },
    });
    const next = async (): Promise<never> => {
      throw new Error("unused");
    };
    expect(opened.call(next)).toBe(next);
    expect(opened.attempt(next)).toBe(next);
    expect(opened.observe).toBeUndefined();
    expect(opened.origin).toBeUndefined();
    opened.close();
  });
});
