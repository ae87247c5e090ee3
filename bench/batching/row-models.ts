import { array, createModel, float32, type Model } from "@nereid/core";
import { createHttpTransport } from "@nereid/transport-http";
import { request } from "undici";
import type { Work } from "../measure/compare-work.ts";

/** A row and what is answered: 16 floats. */
type RowRecord = { readonly IN: Float32Array };
type RowModel = Model<RowRecord, { readonly OUT: Float32Array }>;

const answeredFloats = 16;
const modelName = `out${answeredFloats}`;
const rowsOfRun = 2048;
/** One request for each: a run of as many rows would fill several slices. */
export const requestsOfRun = 256;

/** Exchanges under way, for every client. */
export const inFlight = 8;

/** Opens a model over HTTP with a batch size. */
export function openRowModel(url: string, batchSize: number): Promise<RowModel> {
  return createModel({
    transport: createHttpTransport({
      endpoint: url,
      binaryData: true,
      connectionPoolMaxTotal: inFlight,
      connectionPoolMaxIdle: inFlight,
    }),
    model: modelName,
    inputs: { IN: array(float32()) },
    outputs: { OUT: array(float32()) },
    batchSize,
    batchBytes: "64 MiB",
    maxInFlight: inFlight,
  });
}

function makeRecords(floats: number, rows: number): readonly RowRecord[] {
  return Array.from({ length: rows }, (_, row) => ({
    IN: new Float32Array(floats).fill(row),
  }));
}

function checkAnswer(length: number): void {
  if (length === answeredFloats) return;
  throw new Error(`answer: expected ${answeredFloats} floats, found ${length}`);
}

/** A promise for each row: all rows of a run are asked for at once. */
export function predictEach(model: RowModel, floats: number, rows: number = rowsOfRun): Work {
  const records = makeRecords(floats, rows);
  return {
    rows,
    async run() {
      const answers = await Promise.all(records.map((record) => model.predict(record)));
      for (const { OUT } of answers) checkAnswer(OUT.length);
    },
    close: () => model.close(),
  };
}

type JsonAnswer = { readonly outputs: readonly [{ readonly data: readonly number[] }] };

/** One JSON request for each row, by a function that posts a body and reads the answer as JSON. */
function postEach(post: (body: string) => Promise<unknown>, floats: number): Work {
  const records = makeRecords(floats, requestsOfRun);
  const ask = async (record: RowRecord, row: number): Promise<void> => {
    const inputs = [
      { name: "IN", datatype: "FP32", shape: [1, floats], data: Array.from(record.IN) },
    ];
    const answer = (await post(JSON.stringify({ id: String(row), inputs }))) as JsonAnswer;
    checkAnswer(answer.outputs[0].data.length);
  };
  return {
    rows: records.length,
    async run() {
      const waiting = records.entries();
      const lane = async (): Promise<void> => {
        for (const [row, record] of waiting) await ask(record, row);
      };
      await Promise.all(Array.from({ length: inFlight }, lane));
    },
  };
}

const headers = { "content-type": "application/json" };

/** The way of Flink's function, with undici's lean `request`. */
export function requestEach(url: string, floats: number): Work {
  const path = `${url}/v2/models/${modelName}/infer`;
  return postEach(async (body) => {
    const answer = await request(path, { method: "POST", headers, body });
    return answer.body.json();
  }, floats);
}
