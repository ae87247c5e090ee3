import { createModel, int32, type Model } from "@nereid/core";
import { createHttpTransport } from "@nereid/transport-http";
import { describe, expect, it } from "vitest";
import { requireServer } from "../servers/state.ts";

const endpoint = requireServer("triton").http;

type Accumulator = Model<{ readonly X: number }, { readonly SUM: number; readonly STEP: number }>;

const open = (options: object = {}): Promise<Accumulator> =>
  createModel({
    transport: createHttpTransport({ endpoint }),
    model: "accumulator",
    inputs: { X: int32() },
    outputs: { SUM: int32(), STEP: int32() },
    ...options,
  });

describe("sequences of a real Triton", () => {
  it("keep their state from the first step to the end", async () => {
    await using model = await open();
    const talk = model.sequence();
    expect(await talk.predict({ X: 5 })).toEqual({ SUM: 5, STEP: 1 });
    expect(await talk.predict({ X: 7 })).toEqual({ SUM: 12, STEP: 2 });
    await talk.end();
    expect(talk.state).toBe("ended");
  });

  it("are kept apart by the keys of a stream", async () => {
    await using model = await open({ sequenceKey: "user", timeout: "60s" });
    const records = Array.from({ length: 2000 }, (_, index) => ({ user: index % 7, X: index }));
    const sums = new Map<number, number>();
    let wrong = 0;
    for await (const { user, X, SUM } of model.predictAll(records, { join: true })) {
      const sum = (sums.get(user) ?? 0) + X;
      sums.set(user, sum);
      if (SUM !== sum) wrong += 1;
    }
    expect(wrong).toBe(0);
  });
});
