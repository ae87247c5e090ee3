import { createModel } from "@nereid/core";
import { expect, it } from "vitest";
import { createOtelLayer } from "./index.ts";
import { createTestMeter, createTestTransport } from "./otel.fixture.ts";
import { createSeries } from "./series.ts";

const histograms = [
  "nereid.latency",
  "nereid.batch.rows",
  "http.client.request.duration",
  "latency",
];

/** Sends so many records, each in a batch of its own. */
async function predictMany(count: number) {
  const meter = createTestMeter();
  const model = await createModel({
    transport: createTestTransport("http"),
    model: "ranker",
    telemetry: createOtelLayer({ meterProvider: meter.meterProvider, flinkNames: true }),
    batchSize: 2,
    maxInFlight: 1,
  });
  for (let sent = 0; sent < count; sent += 1) await model.predict({ x: 1 });
  return { ...meter, model };
}

it.each([1, 255, 256, 257, 700])(
  "tells each of %i measurements once, whenever it is asked",
  async (count) => {
    const { value, model } = await predictMany(count);
    for (const name of histograms) expect(await value(name), name).toBe(count);
    await model.predict({ x: 1 });
    for (const name of histograms) expect(await value(name), name).toBe(count + 1);
    await model.close();
  },
);

it("loses nothing when the model is closed before it is asked", async () => {
  const { value, model } = await predictMany(3);
  await model.close();
  for (const name of histograms) expect(await value(name), name).toBe(3);
});

it("hands over the values as they are and in their order, with their attributes", () => {
  const told: unknown[] = [];
  const attributes = { "nereid.model.name": "ranker" };
  const series = createSeries({ record: (...facts) => void told.push(facts) }, attributes);
  for (const value of [0.25, 1e-9, 3]) series.add(value);
  expect(told).toEqual([]);
  series.flush();
  series.flush();
  expect(told).toEqual([0.25, 1e-9, 3].map((value) => [value, attributes]));
});
