import type { SourceRecord } from "../record/source-record.ts";
import type { ReadContext, RecordSource } from "./record-source.ts";

/** The records of all inputs, one input behind the other, numbered on. Ends early when `drain` aborts. */
export async function* readSources(
  sources: readonly RecordSource[],
  context: ReadContext,
  drain: AbortSignal,
): AsyncGenerator<SourceRecord, void, undefined> {
  let firstRow = 0;
  for (const source of sources) {
    const records = source.read(firstRow, context);
    const rows = yield* untilAborted(records, drain);
    if (rows === undefined) return;
    firstRow += rows;
  }
}

/** Waiting for a record, such as one that somebody still has to type, ends with the signal too. */
async function* untilAborted(
  records: AsyncGenerator<SourceRecord, number, undefined>,
  signal: AbortSignal,
): AsyncGenerator<SourceRecord, number | undefined, undefined> {
  let giveUp = (): void => undefined;
  const onAbort = (): void => giveUp();
  signal.addEventListener("abort", onAbort);
  // Not Promise.race: a promise that lives as long as the run would keep a reaction for each row.
  const next = (): Promise<IteratorResult<SourceRecord, number> | undefined> =>
    new Promise((resolve, reject) => {
      giveUp = () => resolve(undefined);
      records.next().then(resolve, reject);
    });
  try {
    while (!signal.aborted) {
      const step = await next();
      if (step?.done === true) return step.value;
      if (step === undefined || signal.aborted) break;
      yield step.value;
    }
    // A read that is under way cannot be waited for, and its failure concerns nobody.
    records.return(0).catch(() => undefined);
    return undefined;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** The part of all inputs that was read, by their bytes. */
export function fractionRead(sources: readonly RecordSource[]): number | undefined {
  let total = 0;
  let read = 0;
  for (const { fraction, totalBytes } of sources) {
    if (fraction === undefined || totalBytes === undefined) return undefined;
    total += totalBytes;
    read += fraction * totalBytes;
  }
  return total === 0 ? undefined : read / total;
}
