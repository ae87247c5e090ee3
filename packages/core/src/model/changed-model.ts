import { isFormRefused } from "../errors/classify-form.ts";
import { ServerError } from "../errors/errors.ts";
import type { ModelMetadata, TensorMetadata } from "../protocol/metadata.ts";
import type { Clock } from "../transport/clock.ts";
import { orAborted } from "../transport/or-aborted.ts";

/** What tells whether a model is still the one that was opened. */
export interface ChangedModelOptions {
  /** As it was read when the model was opened. */
  readonly metadata: ModelMetadata;
  /** Reads it again. @throws when nothing can be told */
  readonly ask: () => Promise<ModelMetadata>;
  readonly clock: Clock;
}

/** One answer stands for all failures of this time. */
const askEveryMs = 10_000;

/** Says what an exchange failed with, where more can be known of it than the error itself tells. */
export type Explain = (error: unknown, signal: AbortSignal) => Promise<unknown>;

/**
 * Tells the refusals of a model that was replaced by another one: where the form of a request is refused,
 * metadata is read again, and a difference becomes the error. Such a batch is not split, for no record is to
 * blame. What fits again later is answered as before.
 *
 * @returns a function that never rejects; it is no layer, so that what is answered does not pay for it
 */
export function createChangedModel({ metadata, ask, clock }: ChangedModelOptions): Explain {
  let asked: { readonly atMs: number; readonly change: Promise<string | undefined> } | undefined;

  /** Nobody is told of a failure to ask: there is an error already. */
  const changeOf = async (): Promise<string | undefined> => {
    try {
      return describeChange(metadata, await ask());
    } catch {
      return undefined;
    }
  };

  return async (error, signal) => {
    if (!isFormRefused(error) || signal.aborted) return error;
    const now = clock.now();
    if (asked === undefined || now - asked.atMs > askEveryMs) {
      asked = { atMs: now, change: changeOf() };
    }
    try {
      const change = await orAborted(asked.change, signal);
      if (change === undefined) return error;
      return told(error, `model "${metadata.name}": expected it as it was opened, found ${change}`);
    } catch (reason) {
      return reason;
    }
  };
}

/** Another text for the same failure; no part of it could work either. */
function told(cause: ServerError, message: string): ServerError {
  const { status, serverText } = cause;
  return new ServerError(message, { outcome: "unsupported", status, serverText, cause });
}

/** The first difference that matters to a request or its answer. */
function describeChange(before: ModelMetadata, after: ModelMetadata): string | undefined {
  for (const side of ["inputs", "outputs"] as const) {
    const names = new Set([...before[side], ...after[side]].map(({ name }) => name));
    for (const name of names) {
      const was = formOf(before[side].find((one) => one.name === name));
      const is = formOf(after[side].find((one) => one.name === name));
      if (was !== is) return `that ${side.slice(0, -1)} "${name}" is ${is}, and was ${was}`;
    }
  }
  const { maxBatchRows: was = 0 } = before;
  const { maxBatchRows: is = 0 } = after;
  return was === is ? undefined : `that it takes ${is} rows at most, and took ${was}`;
}

function formOf(tensor: TensorMetadata | undefined): string {
  return tensor === undefined ? "not there" : `${tensor.datatype} [${tensor.shape.join(",")}]`;
}
