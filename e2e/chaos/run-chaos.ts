import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";

import { createModel, int32, type Model, type Settled, type Transport } from "@nereid/core";
import { createOutcomeChecker, createRandom, type OutcomeReport } from "@nereid/testing";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import type { ChaosAddresses, ChaosLedger, ChaosOrder } from "./chaos-plan.ts";

interface ChaosRecord {
  readonly ID: number;
}

interface ChaosRow {
  readonly OUT: number;
}

/** One leg of a run: records over one wire in one order. */
export interface ChaosLeg {
  readonly name: string;
  readonly report: OutcomeReport<number>;
  readonly failed: number;
  /** Codes and texts of the first records that failed. */
  readonly failures: readonly string[];
}

/** What a run showed. */
export interface ChaosRun {
  readonly legs: readonly ChaosLeg[];
  readonly faults: Readonly<Record<string, number>>;
  /** Records that took no effect although they have a row. */
  readonly withoutEffect: number;
  /** Records that took effect more than once: repeated, and emitted once. */
  readonly repeated: number;
  readonly unhandled: readonly string[];
  /** Handles that are open behind the run and were not before. */
  readonly leaked: readonly string[];
  readonly elapsedMs: number;
}

/** How records travel, and which part of them. */
const ways = [
  { name: "http", ordered: true, share: 0.1 },
  { name: "http", ordered: false, share: 0.1 },
  { name: "grpc", ordered: true, share: 0.1 },
  { name: "grpc-stream", ordered: true, share: 0.35 },
  { name: "grpc-stream", ordered: false, share: 0.35 },
] as const;

/** Sends records through servers and networks that fail all the time, over each wire. */
export async function runChaos(records: number, seed: number): Promise<ChaosRun> {
  const startedMs = performance.now();
  const before = openHandles();
  const unhandled: string[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(String(reason));
  process.on("unhandledRejection", onUnhandled);
  const server = fork(
    new URL("chaos-server.ts", import.meta.url),
    [String(seed), String(records)],
    {
      execArgv: ["--conditions=@nereid/source"],
      serialization: "advanced",
    },
  );
  const exited = once(server, "exit");
  const { legs, ledger } = await runLegs(server, records, createRandom(seed + 1)).finally(() =>
    server.kill("SIGKILL"),
  );
  await exited;
  const { effects, faults } = ledger;
  const leaked = await leakedSince(before);
  process.off("unhandledRejection", onUnhandled);
  return {
    legs,
    faults,
    withoutEffect: effects.reduce((sum, times) => sum + Number(times === 0), 0),
    repeated: effects.reduce((sum, times) => sum + Number(times > 1), 0),
    unhandled,
    leaked,
    elapsedMs: performance.now() - startedMs,
  };
}

/** Sends the records over each wire, a share over each. */
async function runLegs(
  server: ChildProcess,
  records: number,
  random: () => number,
): Promise<{ readonly legs: readonly ChaosLeg[]; readonly ledger: ChaosLedger }> {
  const [addresses]: ChaosAddresses[] = await once(server, "message");
  if (addresses === undefined) throw new Error("expected addresses of the server, found none");
  const ask = (order: ChaosOrder): Promise<ChaosLedger[]> => {
    const answered: Promise<ChaosLedger[]> = once(server, "message");
    server.send(order);
    return answered;
  };
  let from = 0;
  const legs: ChaosLeg[] = [];
  for (const way of ways) {
    // Metadata is asked once, and not again when that fails.
    await ask("calm");
    await using model = await openModel(createTransport(way.name, addresses), random);
    await ask("chaos");
    const to = way === ways.at(-1) ? records : from + Math.floor(records * way.share);
    legs.push(await runLeg(model, way, { from, to }));
    from = to;
  }
  const [ledger] = await ask("stop");
  if (ledger === undefined) throw new Error("expected the server's ledger, found none");
  return { legs, ledger };
}

function createTransport(
  name: (typeof ways)[number]["name"],
  { http, grpc }: ChaosAddresses,
): Transport {
  if (name === "http") return createHttpTransport({ endpoint: http });
  return createGrpcTransport({ endpoint: grpc, mode: name === "grpc" ? "unary" : "stream" });
}

function openModel(
  transport: Transport,
  random: () => number,
): Promise<Model<ChaosRecord, ChaosRow>> {
  return createModel({
    transport,
    model: "hash",
    inputs: { ID: int32() },
    outputs: { OUT: int32() },
    batchSize: 24,
    maxInFlight: 16,
    maxRetries: 200,
    retryInitialBackoff: 1,
    retryMaxBackoff: 20,
    // More goes wrong here than the default budget repeats.
    retryBudget: 1,
    attemptTimeout: 2_000,
    timeout: 60_000,
    random,
  });
}

async function runLeg(
  model: Model<ChaosRecord, ChaosRow>,
  { name, ordered }: (typeof ways)[number],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<ChaosLeg> {
  const checker = createOutcomeChecker<ChaosRecord, Settled<ChaosRecord, ChaosRow>, number>({
    keyOf: ({ ID }) => ID,
    keyOfOutcome: ({ record }) => record.ID,
    matches: ({ ID }, settled) =>
      settled.outcome === "ok" && settled.row.OUT === Math.imul(ID ^ 0x9e37, 0x85ebca6b),
    ordered,
  });
  function* records(): Generator<ChaosRecord, void, undefined> {
    for (let ID = from; ID < to; ID += 1) {
      const record = { ID };
      checker.sent(record);
      yield record;
    }
  }
  const failures: string[] = [];
  let failed = 0;
  for await (const settled of model.settleAll(records(), { ordered })) {
    checker.outcome(settled);
    if (settled.outcome === "ok") continue;
    failed += 1;
    if (failures.length < 5) failures.push(`${settled.error.code}: ${settled.error.message}`);
  }
  const report = checker.report();
  return { name: `${name}, ${ordered ? "ordered" : "unordered"}`, report, failed, failures };
}

/** Kinds of what keeps the process alive; pipes and files are the terminal's. */
function openHandles(): readonly string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /TCP|Timeout|TLS|Http|Process/.test(kind));
}

/** What is open and was not, once it had a second to go. */
async function leakedSince(before: readonly string[]): Promise<readonly string[]> {
  for (let tries = 0; ; tries += 1) {
    const rest = [...before];
    const leaked = openHandles().filter((kind) => {
      const place = rest.indexOf(kind);
      if (place !== -1) rest.splice(place, 1);
      return place === -1;
    });
    if (leaked.length === 0 || tries === 20) return leaked;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
