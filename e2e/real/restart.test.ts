import { createModel } from "@nereid/core";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { describe, expect, it } from "vitest";
import { startOwnTriton } from "../servers/own-triton.ts";
import { addSub, addSubRecords, isRight } from "./add-sub.ts";

const count = 100_000;
const killAt = 30_000;

describe.each([
  ["HTTP", "restart-http", "http", createHttpTransport],
  ["gRPC", "restart-grpc", "grpc", createGrpcTransport],
  [
    "gRPC streams",
    "restart-streams",
    "grpc",
    ({ endpoint }: { endpoint: string }) => createGrpcTransport({ endpoint, mode: "stream" }),
  ],
] as const)(
  "100,000 records over %s, while Triton is killed and starts again",
  (_, name, door, create) => {
    it("come out in order, each value right, none lost or doubled", async () => {
      await using triton = await startOwnTriton(name, ["add_sub"]);
      await using model = await createModel({
        transport: create({ endpoint: triton[door] }),
        ...addSub,
        timeout: 100_000,
        maxRetries: 1_000,
        retryMaxBackoff: 500,
      });
      let next = 0;
      let wrong = 0;
      let restarted: Promise<void> | undefined;
      for await (const row of model.predictAll(addSubRecords(count), { join: true })) {
        if (row.index !== next || !isRight(row.index, row.OUTPUT0, row.OUTPUT1)) wrong += 1;
        next += 1;
        if (next !== killAt) continue;
        triton.kill();
        restarted = triton.restart();
      }
      await restarted;
      expect({ rows: next, wrong }).toEqual({ rows: count, wrong: 0 });
    });
  },
);
