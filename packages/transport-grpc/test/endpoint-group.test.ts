import { createModel, int64 } from "@nereid/core";
import { createStandardModels, startV2GrpcServer } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import { createGrpcTransport } from "../src/index.ts";

const models = createStandardModels();
const echo = { model: "echo_int64", inputs: { IN: int64() }, outputs: { OUT: int64() } };

describe.each(["unary", "stream"] as const)("several endpoints over gRPC, %s", (mode) => {
  it("share the work, and none is lost or doubled when one dies in the middle", async () => {
    await using first = await startV2GrpcServer({ models });
    await using second = await startV2GrpcServer({ models });
    const transport = createGrpcTransport({ endpoint: [first.url, second.url], mode });
    expect(transport.endpoints).toHaveLength(2);
    const options = { transport, ...echo, batchSize: 4, retryInitialBackoff: 1 };
    await using model = await createModel(options);
    const records = Array.from({ length: 400 }, (_, n) => ({ IN: BigInt(n) }));
    const rows: bigint[] = [];
    let seenBySecond = 0;
    for await (const { OUT } of model.predictAll(records)) {
      rows.push(OUT);
      if (rows.length !== 100) continue;
      seenBySecond = second.host.received.length;
      await second.close();
    }
    expect(rows).toEqual(records.map(({ IN }) => IN));
    expect(seenBySecond).toBeGreaterThan(3);
    expect(first.host.received.length).toBeGreaterThan(50);
  });

  it("are watched by health checks", async () => {
    await using without = await startV2GrpcServer({ models: [] });
    await using server = await startV2GrpcServer({ models });
    const transport = createGrpcTransport({ endpoint: [without.url, server.url], mode });
    const told = Promise.withResolvers<string | undefined>();
    await using model = await createModel({
      transport,
      ...echo,
      healthCheckEnabled: true,
      observe: (event) => (event.type === "health" ? told.resolve(event.endpoint) : undefined),
    });
    expect(await told.promise).toBe(transport.endpoints?.[0]);
    for (let n = 0n; n < 50n; n += 1n) {
      expect(await model.predict({ IN: n })).toEqual({ OUT: n });
    }
    expect(without.host.received).toHaveLength(0);
  });
});
