import { array, createModel, createModelFromOptions, float32, int32, string } from "@nereid/core";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport, tritonProvider } from "@nereid/transport-http";
import { describe, expect, it } from "vitest";
import { requireServer } from "../servers/state.ts";
import { addSub, addSubRecords, isRight } from "./add-sub.ts";

const triton = requireServer("triton");
const endpoint = triton.http;
const count = 100_000;

describe.each([
  ["HTTP", () => createHttpTransport({ endpoint: triton.http })],
  ["gRPC", () => createGrpcTransport({ endpoint: triton.grpc })],
  ["gRPC streams", () => createGrpcTransport({ endpoint: triton.grpc, mode: "stream" })],
])("100,000 records through real Triton over %s", (_, createTransport) => {
  it("come out in order, each value right, none lost or doubled", async () => {
    await using model = await createModel({ transport: createTransport(), ...addSub });
    let next = 0;
    let wrong = 0;
    for await (const row of model.predictAll(addSubRecords(count), { join: true })) {
      if (row.index !== next || !isRight(row.index, row.OUTPUT0, row.OUTPUT1)) wrong += 1;
      next += 1;
    }
    expect({ rows: next, wrong }).toEqual({ rows: count, wrong: 0 });
  });

  it("come out complete when the order does not matter", async () => {
    await using model = await createModel({ transport: createTransport(), ...addSub });
    const seen = new Uint8Array(count);
    let wrong = 0;
    const rows = model.predictAll(addSubRecords(count), { join: true, ordered: false });
    for await (const row of rows) {
      seen[row.index] = (seen[row.index] ?? 0) + 1;
      if (!isRight(row.index, row.OUTPUT0, row.OUTPUT1)) wrong += 1;
    }
    expect(wrong).toBe(0);
    expect(seen.every((times) => times === 1)).toBe(true);
  });
});

describe("a pipeline over real Triton", () => {
  it("fails poison rows alone and gives their neighbours their rows", async () => {
    await using model = await createModel({
      transport: createHttpTransport({ endpoint }),
      model: "poison",
      inputs: { IN: float32() },
      outputs: { OUT: float32() },
      batchSize: 32,
      retryInitialBackoff: 20,
    });
    const records = Array.from({ length: 500 }, (_, index) => ({
      IN: index % 100 === 57 ? -1 : index,
    }));
    const outcomes: string[] = [];
    for await (const settled of model.settleAll(records)) {
      const { IN } = settled.record;
      if (settled.outcome === "ok") expect(settled.row.OUT).toBe(2 * IN);
      outcomes.push(settled.outcome);
    }
    expect(outcomes).toEqual(records.map(({ IN }) => (IN < 0 ? "failed" : "ok")));
  });

  it("gives every request of an auto-increment sequence an id of its own, from 0 on", async () => {
    await using model = await createModelFromOptions(
      {
        provider: "triton",
        endpoint: `${endpoint}/v2/`,
        "model-name": "sequence_id",
        "sequence-id": "job-${user}",
        "sequence-id-auto-increment": "true",
        "subtask-index": "3",
      },
      {
        providers: [tritonProvider],
        inputs: { X: int32() },
        outputs: { ID: string(), FLAGS: array(int32()) },
      },
    );
    const records = ["ann", "bob", "ann"].map((user) => ({ X: 1, user }));
    const ids: string[] = [];
    for await (const { ID, FLAGS } of model.predictAll(records)) {
      expect([...FLAGS]).toEqual([1, 1]);
      ids.push(ID);
    }
    expect(ids).toEqual(["job-ann-3-0", "job-bob-3-1", "job-ann-3-2"]);
  });

  it("tells in one sentence what does not fit, before any record", async () => {
    const make = (model: string, more: object): Promise<unknown> =>
      createModel({ transport: createHttpTransport({ endpoint }), model, ...more });
    await expect(make("none", {})).rejects.toThrow(
      "found 404 with \"Request for unknown model: 'none' is not found\"",
    );
    await expect(make("add_sub", { inputs: { INPUT0: array(int32()) } })).rejects.toThrow(
      'inputs.INPUT0: expected FP32 as the model declares, found INT32; inputs.INPUT1: expected a field for the model\'s FP32 input "INPUT1", found none',
    );
    await expect(make("add_sub", { batchSize: 65 })).rejects.toThrow(
      'batchSize: expected at most 64 for model "add_sub", found 65',
    );
    await expect(make("repeat", {})).rejects.toThrow("to be decoupled");
    await expect(make("add_sub", { sequenceKey: "user" })).rejects.toThrow(
      'sequenceKey: expected a stateful model with it, found "add_sub" to be stateless',
    );
  });
});

const mlserver = requireServer("mlserver");
const kserve = requireServer("kserve");

describe.each([
  ["MLServer over HTTP", () => createHttpTransport({ endpoint: mlserver.http })],
  ["MLServer over gRPC", () => createGrpcTransport({ endpoint: mlserver.grpc })],
  ["KServe over HTTP", () => createHttpTransport({ endpoint: kserve.http, binaryData: true })],
  ["KServe over gRPC", () => createGrpcTransport({ endpoint: kserve.grpc })],
])("10,000 records through real %s", (_, createTransport) => {
  it("come out in order, each value right", async () => {
    await using model = await createModel({ transport: createTransport(), ...addSub });
    const records = addSubRecords(10_000);
    let next = 0;
    let wrong = 0;
    for await (const row of model.predictAll(records, { join: true })) {
      if (row.index !== next || !isRight(row.index, row.OUTPUT0, row.OUTPUT1)) wrong += 1;
      next += 1;
    }
    expect({ rows: next, wrong }).toEqual({ rows: 10_000, wrong: 0 });
  });
});
