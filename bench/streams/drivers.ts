import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TransformStream } from "node:stream/web";
import type { Model } from "@nereid/core";
import { createPredictStream, createPredictTransform } from "@nereid/integration-streams";

/** A record and a row of the echo model. */
export type EchoRecord = { readonly IN: number };
export type EchoRow = { readonly OUT: number };
export type EchoModel = Model<EchoRecord, EchoRow>;

/** Sends records through a model and returns the sum of the rows. */
export type Driver = (
  model: EchoModel,
  records: readonly EchoRecord[],
  window: number,
) => Promise<number>;

/** The array form: the callback core itself, without a stream around it. */
export const driveArray: Driver = (model, records, window) =>
  new Promise((resolve, reject) => {
    let next = 0;
    let settled = 0;
    let sum = 0;
    const work = (): void => {
      for (let one = flow.shift(); one !== undefined; one = flow.shift()) {
        sum += model.rowFrom(one)?.OUT ?? 0;
        settled += 1;
      }
      while (flow.room > 0) {
        const record = records[next];
        if (record === undefined) break;
        flow.push(record);
        next += 1;
        if (next === records.length) flow.flush();
      }
      if (settled < records.length) return;
      flow.close();
      resolve(sum);
    };
    const wake = (): void => {
      try {
        work();
      } catch (error) {
        flow.close();
        reject(error);
      }
    };
    const flow = model.flow({ window }, wake);
    wake();
  });

/** The async iterator. */
export const driveIterator: Driver = async (model, records, window) => {
  let sum = 0;
  for await (const row of model.predictAll(records, { window })) sum += row.OUT;
  return sum;
};

/** The Duplex alone: written to as long as it takes more, read as it gives. */
export const driveDuplex: Driver = async (model, records, window) => {
  const duplex = createPredictStream(model, { window });
  let sum = 0;
  duplex.on("data", (row: EchoRow) => {
    sum += row.OUT;
  });
  const end = once(duplex, "end");
  let next = 0;
  const write = (): void => {
    while (next < records.length) {
      const record = records[next];
      next += 1;
      if (!duplex.write(record)) return;
    }
    duplex.end();
  };
  duplex.on("drain", write);
  write();
  await end;
  return sum;
};

/** The Duplex between a Readable and a Writable. */
export const drivePipeline: Driver = async (model, records, window) => {
  let sum = 0;
  const sink = new Writable({
    objectMode: true,
    write(row: EchoRow, _encoding, done) {
      sum += row.OUT;
      done();
    },
  });
  await pipeline(Readable.from(records), createPredictStream(model, { window }), sink);
  return sum;
};

/** What Node brings: `map` with as many calls of `predict` under way. */
export const driveReadableMap: Driver = async (model, records, window) => {
  let sum = 0;
  const sink = new Writable({
    objectMode: true,
    write(row: EchoRow, _encoding, done) {
      sum += row.OUT;
      done();
    },
  });
  const rows = Readable.from(records).map((record: EchoRecord) => model.predict(record), {
    concurrency: window,
  });
  await pipeline(rows, sink);
  return sum;
};

/** The pair for `pipeThrough`. */
export const driveWebPair: Driver = async (model, records, window) => {
  let sum = 0;
  const rows = ReadableStream.from(records).pipeThrough(createPredictTransform(model, { window }));
  for await (const row of rows) sum += row.OUT;
  return sum;
};

/** What the platform brings: a TransformStream, which waits for each row. */
export const driveTransformStream: Driver = async (model, records) => {
  let sum = 0;
  const ordinary = new TransformStream<EchoRecord, EchoRow>({
    async transform(record, controller) {
      controller.enqueue(await model.predict(record));
    },
  });
  for await (const row of ReadableStream.from(records).pipeThrough(ordinary)) sum += row.OUT;
  return sum;
};
