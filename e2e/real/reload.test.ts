import { createModel, type Model, type Settled } from "@nereid/core";
import { createOutcomeChecker, createRandom, type OutcomeReport } from "@nereid/testing";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startOwnTriton } from "../servers/own-triton.ts";
import { addSub, addSubRecords, isRight, type AddSubRecord } from "./add-sub.ts";
import { startReloads } from "./reloads.ts";

/** Of each of two streams, one in order and one as they come. */
const count = 50_000;
const seed = 20_261_121;
const random = createRandom(seed);
const triton = await startOwnTriton("reload", ["add_sub"]);
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeAll(() => {
  process.stdout.write(`reloads: seed ${seed}\n`);
  process.on("unhandledRejection", onUnhandled);
});
afterAll(async () => {
  process.off("unhandledRejection", onUnhandled);
  await triton[Symbol.asyncDispose]();
});

interface AddSubRow {
  readonly OUTPUT0: Float32Array;
  readonly OUTPUT1: Float32Array;
}

const transports = {
  HTTP: () => createHttpTransport({ endpoint: triton.http }),
  gRPC: () => createGrpcTransport({ endpoint: triton.grpc }),
  "gRPC streams": () => createGrpcTransport({ endpoint: triton.grpc, mode: "stream" }),
};

/** Streams the records through a model, and compares what comes out with what went in. */
async function stream(
  model: Model<Omit<AddSubRecord, "index">, AddSubRow>,
  ordered: boolean,
  onRow: () => void,
): Promise<{ readonly report: OutcomeReport<number>; readonly failures: readonly string[] }> {
  const checker = createOutcomeChecker<AddSubRecord, Settled<AddSubRecord, AddSubRow>, number>({
    keyOf: ({ index }) => index,
    keyOfOutcome: ({ record }) => record.index,
    matches: ({ index }, settled) =>
      settled.outcome === "ok" && isRight(index, settled.row.OUTPUT0, settled.row.OUTPUT1),
    ordered,
  });
  function* records(): Generator<AddSubRecord> {
    for (const record of addSubRecords(count)) {
      checker.sent(record);
      yield record;
    }
  }
  const failures: string[] = [];
  for await (const settled of model.settleAll(records(), { ordered })) {
    checker.outcome(settled);
    if (settled.outcome === "failed" && failures.length < 5) failures.push(settled.error.message);
    onRow();
  }
  return { report: checker.report(), failures };
}

/** Both streams at once, while the model comes and goes. */
async function streamBoth(
  wire: keyof typeof transports,
  options: { readonly maxRetries?: number; readonly retryMaxBackoff?: number } = {},
  onRow: (rows: number) => void = () => undefined,
) {
  let absences = 0;
  await using model = await createModel({
    transport: transports[wire](),
    ...addSub,
    ...options,
    timeout: 60_000,
    random,
    observe: (event) => {
      if (event.type === "absence" && event.gone) absences += 1;
    },
  });
  let rows = 0;
  const counted = (): void => onRow((rows += 1));
  const plan = { rows: () => rows, everyRows: 10_000, random };
  const reloads = startReloads(triton.grpc, "add_sub", plan);
  try {
    const both = await Promise.all([stream(model, true, counted), stream(model, false, counted)]);
    return { both, absences, reloads: reloads.count };
  } finally {
    await reloads.stop();
  }
}

const right = { report: { sent: count, outcomes: count, isExact: true }, failures: [] };

it.each(Object.keys(transports) as (keyof typeof transports)[])(
  "S5: 100,000 records over %s come out right, in order and as they come, while their model is unloaded and loaded again",
  async (wire) => {
    const run = await streamBoth(wire);
    expect(run.both).toMatchObject([right, right]);
    expect(Math.min(run.reloads, run.absences)).toBeGreaterThan(1);
    expect(unhandled).toEqual([]);
  },
);

it("S1, S5: so they do while the server is killed and starts again, too", async () => {
  let restarted: Promise<void> | undefined;
  const run = await streamBoth(
    "gRPC streams",
    { maxRetries: 1_000, retryMaxBackoff: 500 },
    (rows) => {
      if (rows !== 30_000) return;
      triton.kill();
      restarted = triton.restart();
    },
  );
  await restarted;
  expect(run.both).toMatchObject([right, right]);
  expect(run.absences).toBeGreaterThan(0);
  expect(unhandled).toEqual([]);
});
