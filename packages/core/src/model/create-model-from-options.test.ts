import { describe, expect, test } from "vitest";
import { TransportError } from "../errors/errors.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import type { Provider, ProviderContext } from "../provider/provider.ts";
import { array, float32, float64 } from "../record/fields.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createModelFromOptions } from "./create-model-from-options.ts";
import { createDoubleTransport, doubleMetadata, type DoubleTransport } from "./double.fixture.ts";

const stateful: ModelMetadata = { ...doubleMetadata, sequence: {} };

function providerOf(transport: DoubleTransport, opened: ProviderContext[] = []): Provider {
  return {
    name: "memory",
    ownOptions: ["memory-size"],
    needsEndpoint: false,
    open(context) {
      opened.push(context);
      return transport;
    },
  };
}

const map = { provider: "memory", "model-name": "double" };

describe("the registry of providers", () => {
  test("refuses an unknown name with the list of known ones", async () => {
    const providers = [
      providerOf(createDoubleTransport()),
      { ...providerOf(createDoubleTransport()), name: "web" },
    ];
    await expect(
      createModelFromOptions({ ...map, provider: "memry" }, { providers }),
    ).rejects.toThrow('provider: expected one of memory, web, found another; is it "memory"?');
  });

  test("hands a provider its own options and the parsed connection", async () => {
    const opened: ProviderContext[] = [];
    const providers = [providerOf(createDoubleTransport(), opened)];
    const options = { ...map, "memory-size": "7", "connection-timeout": "2s" };
    await using model = await createModelFromOptions(options, { providers });
    expect(await model.predict({ x: 2 })).toEqual({ y: 4 });
    expect(opened).toMatchObject([
      { modelName: "double", own: { "memory-size": "7" }, connection: { connectTimeoutMs: 2000 } },
    ]);
  });

  test("closes the transport when making the model fails", async () => {
    const transport = createDoubleTransport();
    const making = createModelFromOptions(
      { ...map, "batch-size": "65" },
      { providers: [providerOf(transport)] },
    );
    await expect(making).rejects.toThrow('expected at most 64 for model "double", found 65');
    expect(transport.closed).toBe(true);
  });
});

describe("a model that the options cannot follow", () => {
  test.each([
    [
      { ...doubleMetadata, decoupled: true },
      {},
      "expected a model with one answer for each request",
    ],
    [doubleMetadata, { sequenceId: "s" }, "expected a stateful model with it"],
  ])("is refused when it is made (%#)", async (metadata, options, problem) => {
    const transport = createDoubleTransport(metadata);
    await expect(createModel({ transport, model: "double", ...options })).rejects.toThrow(problem);
    expect(transport.closed).toBe(true);
  });
});

describe("warm-up", () => {
  test.each([
    ["auto", [[0]]],
    [
      [{ x: 1 }, { x: 2 }],
      [[1], [2]],
    ],
  ] as const)("with %j comes before traffic", async (warmup, sent) => {
    const transport = createDoubleTransport();
    await using model = await createModel({ transport, model: "double", warmup });
    expect(transport.seen.map(({ values }) => values)).toEqual(sent);
    expect(model.name).toBe("double");
  });

  test("that fails fails the making", async () => {
    const transport = createDoubleTransport();
    const making = createModel({ transport, model: "double", maxRetries: 0, warmup: { x: -1 } });
    await expect(making).rejects.toThrow("model raised");
    expect(transport.closed).toBe(true);
  });
});

test("every request has its own sequence id and a retry keeps it", async () => {
  const transport = createDoubleTransport(stateful);
  const clock = createVirtualClock();
  let refusals = 1;
  transport.gate = async () => {
    refusals -= 1;
    if (refusals === 0) {
      throw new TransportError("refused", { delivery: "not-sent", retryable: true });
    }
  };
  const options = { sequenceId: "job", sequenceIdAutoIncrement: true, subtaskIndex: 2 };
  const model = await createModel({ transport, model: "double", clock, ...options });
  const rows = [model.predict({ x: 1 })];
  await clock.advance(1000);
  rows.push(model.predict({ x: 2 }));
  await clock.advance(1000);
  expect(await Promise.all(rows)).toEqual([{ y: 2 }, { y: 4 }]);
  const whole = { start: true, end: true };
  expect(transport.seen.map(({ request }) => request.sequence)).toEqual([
    { id: "job-2-0", ...whole },
    { id: "job-2-0", ...whole },
    { id: "job-2-1", ...whole },
  ]);
});

describe("a default value", () => {
  const failing = { model: "double", maxRetries: 0 };

  test("of null is a row of nulls", async () => {
    const transport = createDoubleTransport();
    await using model = await createModel({ transport, ...failing, defaultValue: null });
    expect(await model.predict({ x: -1 })).toEqual({ y: null });
  });

  test("fits outputs that are wider than the model's, and needs no other output", async () => {
    const [y] = doubleMetadata.outputs;
    const outputs = y === undefined ? [] : [y, { ...y, name: "other" }];
    const transport = createDoubleTransport({ ...doubleMetadata, outputs });
    const fields = { outputs: { y: float64() } };
    await using model = await createModel({ transport, ...failing, ...fields, defaultValue: 0.1 });
    expect(await model.predict({ x: -1 })).toEqual({ y: 0.1 });
  });

  test("may be a typed array, and is a fresh one each time", async () => {
    const outputs = [{ name: "y", datatype: "FP32" as const, shape: [-1, -1] }];
    const transport = createDoubleTransport({ ...doubleMetadata, outputs });
    const fields = { outputs: { y: array(float32()) } };
    const defaultValue = Float32Array.of(1, 2);
    await using model = await createModel({ transport, ...failing, ...fields, defaultValue });
    const [first, second] = [await model.predict({ x: -1 }), await model.predict({ x: -1 })];
    expect([first, second]).toEqual([{ y: defaultValue }, { y: defaultValue }]);
    first.y.fill(9);
    expect(second.y).toEqual(Float32Array.of(1, 2));
  });
});
