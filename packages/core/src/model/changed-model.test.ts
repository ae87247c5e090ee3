import { describe, expect, it } from "vitest";
import { ServerError } from "../errors/errors.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { float32 } from "../record/fields.ts";
import { createChangedModel } from "./changed-model.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport, doubleMetadata } from "./double.fixture.ts";

const opened: ModelMetadata = {
  name: "m",
  versions: ["1"],
  platform: "python",
  inputs: [{ name: "IN", datatype: "FP32", shape: [-1, 4] }],
  outputs: [{ name: "OUT", datatype: "FP32", shape: [-1, 1] }],
  maxBatchRows: 8,
};
const response: InferenceResponse = { modelName: "m", outputs: [] };
const refusal = (serverText: string): ServerError =>
  new ServerError(serverText, { outcome: "rejected", status: 400, serverText });
const misfit = refusal(
  "unexpected shape for input 'IN' for model 'm'. Expected [-1,5], got [2,4].",
);

/** A model that refuses until told otherwise, and what is known of that. */
function createPlace(now: ModelMetadata | Error) {
  const clock = createVirtualClock();
  const place = { asked: 0, now, error: misfit as ServerError | undefined, clock };
  const explain = createChangedModel({
    metadata: opened,
    ask: async () => {
      place.asked += 1;
      if (place.now instanceof Error) throw place.now;
      return place.now;
    },
    clock,
  });
  const send = async ({ signal = new AbortController().signal } = {}) => {
    if (place.error === undefined) return response;
    throw await explain(place.error, signal);
  };
  return { ...place, place, send };
}

describe("S6: a model that was replaced by one of another form", () => {
  it.each<[string, Partial<ModelMetadata>, string]>([
    [
      "shape",
      { inputs: [{ name: "IN", datatype: "FP32", shape: [-1, 5] }] },
      'that input "IN" is FP32 [-1,5], and was FP32 [-1,4]',
    ],
    [
      "datatype",
      { outputs: [{ name: "OUT", datatype: "INT32", shape: [-1, 1] }] },
      'that output "OUT" is INT32 [-1,1], and was FP32 [-1,1]',
    ],
    ["name", { outputs: [] }, 'that output "OUT" is not there, and was FP32 [-1,1]'],
    ["batch", { maxBatchRows: 4 }, "that it takes 4 rows at most, and took 8"],
  ])("by its %s: the refusal tells what has changed, and no part is sent", async (_, now, text) => {
    const { send } = createPlace({ ...opened, ...now });
    await expect(send()).rejects.toMatchObject({
      message: `model "m": expected it as it was opened, found ${text}`,
      outcome: "unsupported",
      retryable: false,
      status: 400,
      cause: misfit,
    });
  });

  it("is read again once for all that fail beside it, and again ten seconds later", async () => {
    const { place, clock, send } = createPlace({ ...opened, maxBatchRows: 4 });
    await Promise.allSettled(Array.from({ length: 50 }, () => send()));
    expect(place.asked).toBe(1);
    await clock.advance(10_001);
    place.now = opened;
    await expect(send()).rejects.toBe(misfit);
    expect(place.asked).toBe(2);
  });

  it("is told to the records of a batch, which is not split", async () => {
    const transport = createDoubleTransport();
    await using model = await createModel({
      transport,
      model: "double",
      inputs: { x: float32() },
      outputs: { y: float32() },
      batchSize: 8,
    });
    transport.metadata = async () => ({ ...doubleMetadata, maxBatchRows: 1 });
    transport.gate = () => Promise.reject(misfit);
    const told = { outcome: "unsupported", message: expect.stringContaining("as it was opened") };
    const outcomes = await Promise.allSettled([model.predict({ x: 1 }), model.predict({ x: 2 })]);
    expect(outcomes).toMatchObject(outcomes.map(() => ({ status: "rejected", reason: told })));
    expect(transport.seen).toHaveLength(1);
  });

  it("answers as before when it fits again", async () => {
    const { place, send } = createPlace({ ...opened, maxBatchRows: 4 });
    await expect(send()).rejects.toMatchObject({ outcome: "unsupported" });
    place.error = undefined;
    await expect(send()).resolves.toBe(response);
  });
});

describe("the refusal stays as it is", () => {
  it("where the model is the same, or nothing can be told", async () => {
    await expect(createPlace(opened).send()).rejects.toBe(misfit);
    await expect(createPlace(new Error("down")).send()).rejects.toBe(misfit);
  });

  it("where it is for another reason, and nobody asks", async () => {
    const { place, send } = createPlace({ ...opened, maxBatchRows: 4 });
    for (const text of ["the model does not like it", "expected more"]) {
      place.error = refusal(text);
      await expect(send()).rejects.toBe(place.error);
    }
    expect(place.asked).toBe(0);
  });

  it("where the caller has given up", async () => {
    const { place, send } = createPlace({ ...opened, maxBatchRows: 4 });
    await expect(send({ signal: AbortSignal.abort("enough") })).rejects.toBe(misfit);
    expect(place.asked).toBe(0);
  });
});
