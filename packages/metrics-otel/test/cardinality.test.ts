import { createModel, ServerError } from "@nereid/core";
import { createVirtualClock } from "@nereid/testing";
import { expect, it } from "vitest";
import { createOtelLayer } from "../src/index.ts";
import { createTestMeter, createTestTransport } from "../src/otel.fixture.ts";

it("ten thousand different errors make few series, and none that carries a server's words", async () => {
  const meter = createTestMeter();
  const transport = createTestTransport("http");
  const model = await createModel({
    transport,
    model: "ranker",
    clock: createVirtualClock(),
    endOfTurn: queueMicrotask,
    maxRetries: 0,
    maxInFlight: 1000,
    telemetry: createOtelLayer({ meterProvider: meter.meterProvider }),
  });
  let failures = 0;
  transport.gate = async () => {
    failures += 1;
    const serverText = `word-${failures}`;
    const status = 400 + (failures % 10);
    throw new ServerError(serverText, { outcome: "rejected", status, serverText });
  };
  const records = Array.from({ length: 10_000 }, (_, x) => ({ x }));
  for await (const settled of model.settleAll(records)) expect(settled.outcome).toBe("failed");
  expect(failures).toBe(10_000);
  const series: string[] = [];
  for (const { dataPoints } of await meter.read()) {
    for (const { attributes } of dataPoints) series.push(JSON.stringify(attributes));
  }
  // Of what a server chooses only its status is told, and there are not many of those.
  expect(series.length).toBeLessThan(60);
  expect(series.filter((attributes) => attributes.includes("word-"))).toEqual([]);
  await model.close();
});
