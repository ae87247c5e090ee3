import { array, createModel, float32 } from "@nereid/core";
import type { Work, WorkComparison } from "../measure/compare-work.ts";
import { createEchoTransport } from "../streams/echo-transport.ts";

const batchSize = 32;
const floats = 16;
const rows = 3200;

const records = Array.from({ length: rows }, (_, index) => ({
  IN: new Float32Array(floats).fill(index),
}));

function checkRow(row: number, found: number | undefined): void {
  if (found !== row) throw new Error(`row ${row}: expected its own number, found ${found}`);
}

/** All that a record goes through but the transport, which gives back what it is given. */
async function throughModel(): Promise<Work> {
  const model = await createModel({
    transport: createEchoTransport({ answers: "at once", rowFloats: floats }),
    model: "echo",
    inputs: { IN: array(float32()) },
    outputs: { OUT: array(float32()) },
    batchSize,
  });
  return {
    rows,
    async run() {
      let row = 0;
      for await (const { OUT } of model.predictAll(records, { window: 1024 })) {
        checkRow(row, OUT[0]);
        row += 1;
      }
      if (row !== rows) throw new Error(`expected ${rows} rows, found ${row}`);
    },
    close: () => model.close(),
  };
}

/** The copies alone: records into one array for each batch, and slices of it out again. */
function byHand(): Work {
  const batches = Array.from({ length: rows / batchSize }, (_, batch) =>
    records.slice(batch * batchSize, (batch + 1) * batchSize),
  );
  return {
    rows,
    run() {
      let row = 0;
      for (const batch of batches) {
        const data = new Float32Array(batchSize * floats);
        for (const [place, { IN }] of batch.entries()) data.set(IN, place * floats);
        for (let place = 0; place < batchSize; place += 1) {
          const OUT = data.slice(place * floats, (place + 1) * floats);
          checkRow(row, OUT[0]);
          row += 1;
        }
      }
    },
  };
}

/** A record's way into a tensor and a row's out of one, with everything between. */
export const recordCodecs: readonly Omit<WorkComparison, "suite">[] = [
  {
    what: "record to row without a transport / its copies by hand",
    workload: `64 B rows, batches of ${batchSize}`,
    unit: "CPU µs per row",
    measure: "ours / theirs",
    note: "ours measures, gathers, checks and settles each record, in its order",
    ours: throughModel,
    theirs: byHand,
  },
];
