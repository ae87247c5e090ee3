import { array, float32 } from "@nereid/core";
import { createTensor } from "@nereid/core/transport-kit";
import { bindPlan } from "../../packages/core/src/record/bind-plan.ts";
import type { WorkComparison, Work } from "../measure/compare-work.ts";

const rows = 32;
const floats = 16;
const batches = 100;
const unit = "CPU µs per row";
const workload = `${rows} rows of 64 B`;

const plan = bindPlan({
  metadata: {
    name: "m",
    versions: ["1"],
    platform: "bench",
    maxBatchRows: rows,
    inputs: [{ name: "IN", datatype: "FP32", shape: [-1, floats] }],
    outputs: [{ name: "OUT", datatype: "FP32", shape: [-1, floats] }],
  },
  inputs: { IN: array(float32()) },
  outputs: { OUT: array(float32()) },
});
const records = Array.from({ length: rows }, (_, index) => ({
  IN: new Float32Array(floats).fill(index),
}));
const answer = new Float32Array(rows * floats).fill(1);
const response = {
  modelName: "m",
  outputs: [createTensor("OUT", "FP32", [rows, floats], answer)],
};

/** A batch, many times a run. */
function forBatches(once: () => number, expected: number): Work {
  return {
    rows: rows * batches,
    run() {
      for (let batch = 0; batch < batches; batch += 1) {
        const found = once();
        if (found !== expected) throw new Error(`batch: expected ${expected}, found ${found}`);
      }
    },
  };
}

function encodeByHand(): number {
  const data = new Float32Array(rows * floats);
  for (let row = 0; row < rows; row += 1) data.set(records[row]?.IN ?? [], row * floats);
  return data.length;
}

function decodeByHand(): number {
  const out: { readonly OUT: Float32Array }[] = [];
  for (let row = 0; row < rows; row += 1) {
    out.push({ OUT: answer.slice(row * floats, (row + 1) * floats) });
  }
  return out.length;
}

/** Records to tensors and tensors to rows, beside a loop without any check. */
export const recordCodecs: readonly Omit<WorkComparison, "suite">[] = [
  {
    what: "records measured and encoded / a loop by hand without checks",
    workload,
    unit,
    measure: "ours / theirs",
    ours: () =>
      forBatches(() => {
        const measured = records.map((record) => plan.inputs.measure(record));
        return plan.inputs.encode(measured).tensors[0]?.data.length ?? 0;
      }, rows * floats),
    theirs: () => forBatches(encodeByHand, rows * floats),
  },
  {
    what: "rows decoded / a loop by hand without checks",
    workload,
    unit,
    measure: "ours / theirs",
    ours: () => forBatches(() => plan.outputs.decode(response, rows).length, rows),
    theirs: () => forBatches(decodeByHand, rows),
  },
];
