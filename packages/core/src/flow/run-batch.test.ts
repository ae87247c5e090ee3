import { describe, expect, test, vi } from "vitest";
import { DecodeError, EncodeError, ServerError } from "../errors/errors.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import type { Entry, Scope } from "./entry.ts";
import { noPause } from "./pause.ts";
import { runBatch } from "./run-batch.ts";
import type { BatchRunner } from "./send-part.ts";

const scope: Scope = { cancelled: false, patient: false, at: 0 };
const call = { signal: new AbortController().signal, headers: {}, attempt: 1 };
const response: InferenceResponse = { modelName: "m", outputs: [] };

/** Records are texts; those that begin with "bad" cannot be encoded. */
function runnerWith(parts: Partial<BatchRunner<string, string>> = {}) {
  const told: string[] = [];
  const runner: BatchRunner<string, string> = {
    model: { name: "m" },
    outputs: [],
    plan: {
      maxBatchRows: 10,
      inputs: {
        measure: (record) => ({ record, shapeKey: "", bytes: 1 }),
        encode: (batch) => {
          const accepted: number[] = [];
          const rejected: { index: number; error: EncodeError }[] = [];
          for (const [index, { record }] of batch.entries()) {
            if (record.startsWith("bad")) rejected.push({ index, error: new EncodeError(record) });
            else accepted.push(index);
          }
          return { tensors: [], accepted, rejected };
        },
      },
      outputs: {
        names: [],
        decode: (_, rows) => Array.from({ length: rows }, (_row, at) => `row ${at}`),
      },
    },
    infer: (_, { onExchange }) => {
      onExchange?.();
      return Promise.resolve(response);
    },
    explain: (error) => Promise.resolve(error),
    decorate: () => ({}),
    pause: noPause,
    maxRetries: 2,
    settleRow: ({ record }, row) => told.push(`${record}: ${row}`),
    settleError: ({ record }, error, attempts) =>
      told.push(`${record}: ${error.code} after ${attempts}`),
    ...parts,
  };
  return { runner, told };
}

function batchOf(...records: readonly string[]): readonly Entry<string, string>[] {
  return records.map((record) => ({
    record,
    shapeKey: "",
    bytes: 1,
    scope,
    taker: { done: () => undefined },
  }));
}

function end(
  runner: BatchRunner<string, string>,
  batch: readonly Entry<string, string>[],
): Promise<void> {
  return new Promise((resolve) => runBatch(runner, batch, call, resolve));
}

describe("a batch", () => {
  test("is sent once when it is answered, and ends behind its last record", async () => {
    const infer = vi.fn(runnerWith().runner.infer);
    const { runner, told } = runnerWith({ infer });
    await end(runner, batchOf("a", "bad b", "c"));
    expect(told).toEqual(["bad b: encode after 0", "a: row 0", "c: row 1"]);
    expect(infer).toHaveBeenCalledTimes(1);
    expect(infer.mock.calls[0]?.[1]).toMatchObject({ rows: 2, isolated: false });
  });

  test("does not end before it returns, also when there is nothing to send", async () => {
    const { runner, told } = runnerWith();
    const onEnd = vi.fn();
    runBatch(runner, batchOf("bad a"), call, onEnd);
    expect(told).toEqual(["bad a: encode after 0"]);
    expect(onEnd).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  test("fails as one when its answer cannot be read, and is not sent again", async () => {
    const base = runnerWith().runner;
    const decode = (): never => {
      throw new DecodeError("no row in it");
    };
    const outputs = { names: [], decode };
    const { runner, told } = runnerWith({ plan: { ...base.plan, outputs } });
    await end(runner, batchOf("a", "b"));
    expect(told).toEqual(["a: decode after 1", "b: decode after 1"]);
  });

  test.each([
    { how: "rejects", fail: (error: Error) => Promise.reject<InferenceResponse>(error) },
    {
      how: "throws",
      fail: (error: Error): never => {
        throw error;
      },
    },
  ])("is taken apart when its exchange $how, which counts for each record", async ({ fail }) => {
    let exchanges = 0;
    const { runner, told } = runnerWith({
      infer: (_, { rows = 0, onExchange }) => {
        onExchange?.();
        exchanges += 1;
        if (rows === 1 && exchanges > 2) return Promise.resolve(response);
        return fail(new ServerError("no", { outcome: "rejected", status: 400, serverText: "" }));
      },
    });
    await end(runner, batchOf("a", "b"));
    expect(told).toEqual(["a: server after 2", "b: row 0"]);
    expect(exchanges).toBe(3);
  });

  test("fails with what is known of its failure, which is asked for once", async () => {
    const refusal = new ServerError("no", { outcome: "rejected", status: 400, serverText: "" });
    const change = new ServerError("another", {
      outcome: "unsupported",
      status: 400,
      serverText: "",
    });
    const explain = vi.fn(() => Promise.resolve<unknown>(change));
    const settled: unknown[] = [];
    const { runner } = runnerWith({
      infer: () => Promise.reject<InferenceResponse>(refusal),
      explain,
      settleError: (_, error) => settled.push(error),
    });
    await end(runner, batchOf("a", "b"));
    expect(settled).toEqual([change, change]);
    expect(explain.mock.calls).toEqual([[refusal, call.signal]]);
  });
});
