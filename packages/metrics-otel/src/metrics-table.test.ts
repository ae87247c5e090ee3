import { createModel, TransportError, type Telemetry } from "@nereid/core";
import { createVirtualClock } from "@nereid/testing";
import { expect, it } from "vitest";
import { createOtelLayer, metrics, modelAttributeNames } from "./index.ts";
import { createTestMeter, createTestTransport, serverError, statisticsOf } from "./otel.fixture.ts";

const kinds = { counter: "SUM", gauge: "GAUGE", histogram: "HISTOGRAM" } as const;

/** Lets everything happen to a model that can be counted. */
async function liveThroughEverything(telemetry: Telemetry, name: string): Promise<void> {
  const clock = createVirtualClock();
  const transport = createTestTransport(name);
  transport.pool = { idle: 1, active: 2, queued: 3, total: 3 };
  const model = await createModel({
    transport,
    model: { name: "ranker", version: "2" },
    telemetry,
    clock,
    random: () => 0,
    endOfTurn: queueMicrotask,
    batchSize: 2,
    maxInFlight: "auto",
    maxRetries: 2,
    retryInitialBackoff: 10,
    timeout: 2000,
    circuitBreakerEnabled: true,
    defaultValue: { y: 0 },
  });
  const settle = async (...records: readonly { readonly x: number }[]): Promise<void> => {
    let left = records.length;
    const settled = records.map((record) =>
      model.predict(record).finally(() => {
        left -= 1;
      }),
    );
    while (left > 0) await clock.advance(1000);
    await Promise.all(settled);
  };
  await settle({ x: 1 });
  await settle({ x: -1 });
  transport.gate = async ({ attempt }) => {
    if (attempt === 1) throw serverError("unavailable", 503);
  };
  await settle({ x: 2 });
  // The server is full and its limit shrinks: the retry finds no place while the others hang.
  let hanging = 0;
  transport.gate = ({ signal }) => {
    if ((hanging += 1) === 1) throw serverError("overloaded", 429);
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  };
  await settle(...Array.from({ length: 20 }, (_, x) => ({ x })));
  // Retries that nothing comes of, until the circuit opens.
  transport.gate = async () => {
    throw new TransportError("cut", { delivery: "not-sent", retryable: true });
  };
  for (let record = 0; record < 8; record += 1) await settle({ x: 3 });
  await model.close();
}

it("lists every metric that there is, with its kind, unit, meaning, buckets and attributes, and no other", async () => {
  const { meterProvider, read } = createTestMeter();
  const telemetry = createOtelLayer({
    meterProvider,
    flinkNames: true,
    serverStatistics: true,
  });
  for (const name of ["http", "grpc", "custom"]) await liveThroughEverything(telemetry, name);
  const transport = createTestTransport();
  transport.pool = { idle: 0, active: 0, queued: 0, total: 0 };
  transport.isStateful = true;
  // Gauges are those of models that are open.
  const open = await createModel({
    transport,
    model: { name: "ranker", version: "2" },
    telemetry: {
      open: (subject) =>
        telemetry.open({ ...subject, serverStatistics: async () => [statisticsOf(1, 1)] }),
    },
    circuitBreakerEnabled: true,
    healthCheckEnabled: true,
  });
  const sequence = open.sequence();
  await sequence.predict({ x: 1 });
  await sequence.end();
  const found = await read();
  await open.close();
  expect(found.map(({ descriptor }) => descriptor.name).toSorted()).toEqual(
    Object.keys(metrics).toSorted(),
  );
  for (const { descriptor, dataPoints, dataPointType } of found) {
    const row = Object.entries(metrics).find(([name]) => name === descriptor.name)?.[1];
    expect(descriptor, descriptor.name).toMatchObject({
      unit: row?.unit,
      description: row?.meaning,
    });
    expect(["HISTOGRAM", "EXPONENTIAL", "GAUGE", "SUM"][dataPointType]).toBe(
      row && kinds[row.kind],
    );
    const ofModel = modelAttributeNames.filter(
      (name) => !/^(?:http|rpc)\./.test(descriptor.name) || name !== "nereid.transport",
    );
    const listed = [...ofModel, ...(row?.attributes ?? [])];
    const used = new Set(dataPoints.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...used].toSorted(), descriptor.name).toEqual(
      listed.map((name) => name.replace(/^\[(.*)\]$/, "$1")).toSorted(),
    );
    const always = listed.filter((name) => !name.startsWith("["));
    for (const { attributes } of dataPoints) {
      expect(Object.keys(attributes), descriptor.name).toEqual(expect.arrayContaining(always));
    }
    if (row?.buckets === undefined) continue;
    for (const { value } of dataPoints) {
      expect(value).toMatchObject({ buckets: { boundaries: row.buckets } });
    }
  }
});
