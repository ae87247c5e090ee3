import { createModel } from "@nereid/core";
import { expect, it } from "vitest";
import { createOtelLayer } from "./index.ts";
import { createTestMeter, createTestTransport } from "./otel.fixture.ts";

it("counts requests, rows and latencies for each model, version, transport and outcome", async () => {
  const { meterProvider, points } = createTestMeter();
  const telemetry = createOtelLayer({ meterProvider, flinkNames: true });
  const versions = ["1", "2"];
  for (const transport of ["http", "grpc"]) {
    for (const version of versions) {
      await using model = await createModel({
        transport: createTestTransport(transport),
        model: { name: "ranker", version },
        telemetry,
        defaultValue: { y: 0 },
      });
      for (const x of [1, 2, -1]) await model.predict({ x });
    }
  }
  const seriesOf = async (name: string) =>
    (await points(name)).map(({ attributes, value }) => {
      const { "nereid.model.version": version, "nereid.transport": transport } = attributes;
      expect(attributes["nereid.model.name"]).toBe("ranker");
      const count = typeof value === "object" && value !== null && "count" in value;
      const outcome = attributes["nereid.outcome"] ?? attributes["error.type"];
      return [version, transport, outcome, count ? value.count : value].map(String).join(" ");
    });
  const each = (...outcomes: readonly string[]): readonly string[] =>
    versions.flatMap((version) =>
      ["http", "grpc"].flatMap((transport) =>
        outcomes.map((outcome) => `${version} ${transport} ${outcome}`),
      ),
    );
  const same = (found: readonly string[], expected: readonly string[]): void =>
    expect(found.toSorted()).toEqual(expected.toSorted());
  same(await seriesOf("nereid.requests"), each("ok 2", "failed 1"));
  same(await seriesOf("nereid.success"), each("undefined 2"));
  same(await seriesOf("nereid.failure"), each("rejected 1"));
  // What was answered has no error.type, as the conventions have it.
  same(await seriesOf("nereid.latency"), each("undefined 2", "rejected 1"));
  same(await seriesOf("nereid.output_rows"), each("ok 2", "fallback 1"));
  same(await seriesOf("requests"), each("undefined 3"));
});
