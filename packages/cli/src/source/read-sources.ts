import type { SourceRecord } from "../record/source-record.ts";
import type { ReadContext, RecordGroup, RecordSource } from "./record-source.ts";

/** The records of all inputs, one input behind the other, numbered on. Ends early when `drain` aborts. */
export async function* readSources(
  sources: readonly RecordSource[],
  context: ReadContext,
  drain: AbortSignal,
): AsyncGenerator<SourceRecord, void, undefined> {
  let firstRow = 0;
  for (const source of sources) {
    const groups = source.read(firstRow, context);
    for (;;) {
      const step = await orAborted(groups, drain);
      if (step === undefined) return;
      if (step.done === true) {
        firstRow += step.value;
        break;
      }
      for (const record of step.value) {
        if (drain.aborted) return;
        yield record;
      }
    }
  }
}

/**
 * The next group. Waiting for one, such as somebody still has to type, ends with the signal too: a read
 * that is under way cannot be waited for then, and its failure concerns nobody.
 */
function orAborted(
  groups: AsyncGenerator<RecordGroup, number, undefined>,
  signal: AbortSignal,
): Promise<IteratorResult<RecordGroup, number> | undefined> {
  // Not Promise.race: the signal lives as long as the run, and would keep a reaction for each group.
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      groups.return(0).catch(() => undefined);
      resolve(undefined);
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    groups
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
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
