import { createModel, type ModelStatistics } from "@nereid/core";
import { createVirtualClock } from "@nereid/testing";
import { expect, it } from "vitest";
import { createOtelLayer } from "./index.ts";
import { createTestMeter, createTestTransport, statisticsOf } from "./otel.fixture.ts";

/** A model whose server says of itself what the test gives it to say. */
async function openTested(say: (signal: AbortSignal) => Promise<readonly ModelStatistics[]>) {
  const meter = createTestMeter();
  const clock = createVirtualClock();
  const telemetry = createOtelLayer({ meterProvider: meter.meterProvider, serverStatistics: true });
  const model = await createModel({
    transport: createTestTransport("http"),
    model: "ranker",
    clock,
    telemetry: {
      open: (subject) =>
        telemetry.open({ ...subject, serverStatistics: (_endpoint, signal) => say(signal) }),
    },
  });
  const server = { "server.address": "gpu-1", "server.port": 8000 };
  return { ...meter, clock, model, server };
}

it("counts what a server adds to its statistics, by its queue and its work", async () => {
  let says = statisticsOf(1000, 500);
  const { read, value, model, server } = await openTested(async () => [says]);
  await read();
  says = statisticsOf(1010, 520);
  await read();
  expect(await value("nereid.server.requests", server)).toBe(10);
  for (const phase of ["queue", "compute"]) {
    expect(await value("nereid.server.time", { ...server, "nereid.phase": phase })).toBe(10);
  }
  await model.close();
});

it("goes on from zero when the server was started again", async () => {
  let says = statisticsOf(1000, 500);
  const { read, value, model } = await openTested(async () => [says]);
  await read();
  says = statisticsOf(4, 2);
  await read();
  expect(await value("nereid.server.requests")).toBe(4);
  await model.close();
});

it("loses no other metric to a server that fails or hangs", async () => {
  let isHanging = false;
  const { read, value, clock, model } = await openTested(async (signal) => {
    if (!isHanging) throw new Error("no statistics here");
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  });
  await model.predict({ x: 1 });
  expect(await value("nereid.requests", { "nereid.outcome": "ok" })).toBe(1);
  isHanging = true;
  await model.predict({ x: 1 });
  const reading = read();
  await clock.advance(2000);
  const requests = (await reading).find(({ descriptor }) => descriptor.name === "nereid.requests");
  expect(requests?.dataPoints).toMatchObject([{ value: 2 }, { value: 0 }]);
  await model.close();
});

it("counts once when two readers read at a time and answers overtake each other", async () => {
  const asked: ((says: readonly ModelStatistics[]) => void)[] = [];
  const tested = await openTested(
    () => new Promise((resolve) => void asked.push((says) => resolve(says))),
  );
  const answerAll = (requests: number): void => {
    for (const [index, answer] of asked.splice(0).toReversed().entries()) {
      answer([statisticsOf(requests - index, 1)]);
    }
  };
  for (const requests of [1000, 1010]) {
    const readings = [tested.read(), tested.read()];
    await new Promise((resolve) => void setImmediate(resolve));
    answerAll(requests);
    await Promise.all(readings);
  }
  const last = tested.value("nereid.server.requests");
  await new Promise((resolve) => void setImmediate(resolve));
  answerAll(1010);
  expect(await last).toBe(10);
  await tested.model.close();
});

it("tells of a pool as it was before its server was asked, which itself waits for a connection", async () => {
  const { meterProvider, value } = createTestMeter();
  const telemetry = createOtelLayer({ meterProvider, serverStatistics: true });
  const transport = createTestTransport("http");
  const full = { idle: 0, active: 1, queued: 4, total: 1 };
  transport.pool = full;
  const model = await createModel({
    transport,
    model: "ranker",
    telemetry: {
      open: (subject) =>
        telemetry.open({
          ...subject,
          async serverStatistics() {
            transport.pool = { ...full, queued: 0 };
            await model.predict({ x: 1 });
            return [statisticsOf(1, 1)];
          },
        }),
    },
  });
  expect(await value("nereid.pool.queued")).toBe(4);
  expect(await value("nereid.success")).toBe(2);
  await model.close();
});
