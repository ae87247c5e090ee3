import { describe, expect, it } from "vitest";
import { ServerError } from "../errors/errors.ts";
import { callWith, request, response, serverError } from "../layers/layers.fixture.ts";
import { createVirtualClock, type VirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createBatchTuner, type BatchTuner } from "./batch-tuner.ts";
import { tuningLayer } from "./tuning-layer.ts";

function setUp(maxRows = 64): { clock: VirtualClock; tuner: BatchTuner } {
  const clock = createVirtualClock();
  return { clock, tuner: createBatchTuner(maxRows, clock) };
}

/** Batches one after the other, each as large as it may be, of a model with 2 ms + 0.1 ms a row. */
async function teach(
  { clock, tuner }: ReturnType<typeof setUp>,
  batches: number,
  version = "1",
): Promise<number[]> {
  const sizes: number[] = [];
  for (let batch = 0; batch < batches; batch += 1) {
    const rows = tuner.rows(10_000);
    sizes.push(rows);
    const exchange = tuner.started(rows, 1);
    await clock.advance(2 + rows * 0.1);
    exchange.answered(version);
  }
  return sizes;
}

/** A refusal with the words of a server. */
function refused(serverText: string, status = 400): ServerError {
  return new ServerError("refused", { outcome: "rejected", status, serverText });
}

async function failThrough(tuner: BatchTuner, rows: number, error: Error): Promise<void> {
  const infer = tuningLayer(tuner)(async () => {
    throw error;
  });
  await expect(infer(request, callWith({ rows }))).rejects.toBe(error);
}

describe("createBatchTuner", () => {
  it("grows from eight rows up to what the model takes, and never beyond", async () => {
    const setup = setUp(48);
    const sizes = await teach(setup, 100);
    expect(sizes[0]).toBeLessThanOrEqual(16);
    expect(Math.max(...sizes)).toBe(48);
    expect(setup.tuner.rows(10_000)).toBeLessThanOrEqual(48);
  });

  it.each([
    ["Triton's words", refused("inference request batch-size must be <= 8 for 'm'")],
    ["gRPC's words", refused("Received message larger than max", 8)],
    ["status 413", refused("", 413)],
  ])("never again asks for a size that was refused with %s", async (_, error) => {
    const setup = setUp();
    await teach(setup, 100);
    await failThrough(setup.tuner, 48, error);
    const sizes = await teach(setup, 100);
    expect(Math.max(...sizes)).toBe(24);
  });

  it.each([
    ["a bad row", refused("unexpected shape for input 'x'")],
    ["a full server", serverError("overloaded")],
  ])("makes batches no smaller for %s", async (_, error) => {
    const setup = setUp();
    await teach(setup, 100);
    await failThrough(setup.tuner, 48, error);
    expect(Math.max(...(await teach(setup, 100)))).toBe(64);
  });

  it("learns each version of a model by itself and remembers those of a rollout", async () => {
    const setup = setUp();
    await teach(setup, 100, "1");
    const asLearned = setup.tuner.rows(10_000);
    await teach(setup, 1, "2");
    expect(setup.tuner.rows(10_000)).toBeLessThanOrEqual(16);
    await teach(setup, 1, "1");
    expect(setup.tuner.rows(10_000)).toBe(asLearned);
  });

  it("gives the slot of a batch that waits for its retry to another", async () => {
    const setup = setUp();
    await teach(setup, 100);
    const { tuner } = setup;
    const before = tuner.slots(1, 0);
    tuner.started(4, 1).failed(false);
    expect(tuner.slots(1, 1)).toBe(before + 1);
    tuner.started(4, 2);
    expect(tuner.slots(1, 1)).toBeLessThanOrEqual(before);
  });

  it("lets more leave when a batch hangs", async () => {
    const setup = setUp();
    await teach(setup, 100);
    const { clock, tuner } = setup;
    tuner.started(4, 1);
    await clock.advance(1000);
    expect(tuner.slots(1, 1)).toBeGreaterThanOrEqual(2);
    for (let batch = 0; batch < 100; batch += 1) {
      const exchange = tuner.started(4, 1);
      await clock.advance(3);
      exchange.answered("1");
      expect(tuner.slots(1, 1)).toBeGreaterThanOrEqual(2);
    }
  });

  it("lets a further full batch leave, and no further part of one", async () => {
    const setup = setUp();
    await teach(setup, 60);
    const { tuner, clock } = setup;
    // The probes of the beginning are over.
    for (let batch = 0; batch < 60; batch += 1) {
      const first = tuner.started(8, 1);
      const second = tuner.slots(1, 1) > 1 ? tuner.started(8, 1) : undefined;
      await clock.advance(2.8);
      first.answered("1");
      await clock.advance(2.8);
      second?.answered("1");
    }
    expect(tuner.slots(1, 1)).toBe(1);
    expect(tuner.slots(10_000, 1)).toBe(2);
  });
});

describe("tuningLayer", () => {
  it("leaves calls without records alone", async () => {
    const { tuner } = setUp();
    const infer = tuningLayer(tuner)(async () => response);
    await expect(infer(request, callWith())).resolves.toBe(response);
  });
});
