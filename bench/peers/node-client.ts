import { array, createModel, float32 } from "@nereid/core";
import { createHttpTransport } from "@nereid/transport-http";
import { inferOverGrpc } from "../grpc/variants.ts";
import { fetchJson } from "../http/ordinary.ts";
import { inferOverHttp } from "../http/variants.ts";
import { processMeter } from "../measure/meter.ts";
import type { Measured } from "../measure/separate.ts";
import { measureSlice, type Variant } from "../measure/slice.ts";
import { warmUp } from "../measure/warm-up.ts";
import { modelOf, type Workload } from "../workloads.ts";

// Ours, as a process that is measured like the peers: kind address model floats inFlight warmMs measureMs

const [kind = "", address = "", model = "", ...rest] = process.argv.slice(2);
const [floats = 0, inFlight = 0, warmMs = 0, measureMs = 0] = rest.map(Number);
const answerFloats = Number(model.slice("out".length));
const workload: Workload = { name: model, floats, answerFloats, inFlight };

/** `predict` with a promise for each row, where as many rows wait as are under way. */
async function predictRows(batchSize: number): Promise<Variant> {
  const transport = createHttpTransport({ endpoint: address, binaryData: true });
  const rows = await createModel({
    transport,
    model: modelOf(workload),
    inputs: { IN: array(float32()) },
    outputs: { OUT: array(float32()) },
    batchSize,
    maxInFlight: Math.ceil(inFlight / batchSize / 2),
  });
  const IN = new Float32Array(floats);
  return { name: kind, run: () => rows.predict({ IN }) };
}

/** The same on a real Triton, whose model has two inputs. */
async function addSub(batchSize: number, maxInFlight: number): Promise<Variant> {
  const transport = createHttpTransport({ endpoint: address, binaryData: true });
  const rows = await createModel({
    transport,
    model,
    inputs: { INPUT0: array(float32()), INPUT1: array(float32()) },
    outputs: { OUTPUT0: array(float32()) },
    batchSize,
    maxInFlight,
  });
  const [INPUT0, INPUT1] = [new Float32Array(floats), new Float32Array(floats)];
  return { name: kind, run: () => rows.predict({ INPUT0, INPUT1 }) };
}

const kinds: Readonly<Record<string, () => Variant | Promise<Variant>>> = {
  http: () => inferOverHttp(address, workload),
  "http-rows": () => predictRows(32),
  "add-sub": () => addSub(1, 32),
  "add-sub-rows": () => addSub(64, 2),
  "grpc-unary": () => inferOverGrpc(address, workload, "unary"),
  "grpc-stream": () => inferOverGrpc(address, workload, "stream"),
  "fetch-json": () => fetchJson(address, workload),
};

const variant = await kinds[kind]?.();
if (variant === undefined) throw new Error(`expected one of ${Object.keys(kinds).join(", ")}`);
// No longer than the others are warmed, who cannot tell when they are.
const limits = { leastRuns: 0, leastMs: warmMs / 2, mostMs: warmMs };
await warmUp([variant], inFlight, limits, processMeter);
const { runs, costUs, perSecond, waited } = await measureSlice(variant, {
  inFlight,
  sliceMs: measureMs,
});
const line: Measured = { n: runs, errors: 0, cpu_us: costUs, rps: perSecond, waited };
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit());
