import { workerData } from "node:worker_threads";
import { createModel } from "@nereid/core";
import { createHttpTransport } from "../src/index.ts";

/** What a worker is started with: its number, a server, and how many records it sends. */
export interface SequenceWork {
  readonly subtaskIndex: number;
  readonly endpoint: string;
  readonly count: number;
}

const { subtaskIndex, endpoint, count } = workerData as SequenceWork;

await using model = await createModel({
  transport: createHttpTransport({ endpoint }),
  model: "sequence_id",
  sequenceId: "job",
  sequenceIdAutoIncrement: true,
  subtaskIndex,
});
const records = Array.from({ length: count }, () => ({ X: 1 }));
await Promise.all(records.map((record) => model.predict(record)));
