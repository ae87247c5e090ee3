import { ReadableStream, TransformStream, type ReadableWritablePair } from "node:stream/web";
import type {
  FlowOptions,
  Joined,
  Model,
  PredictAllOptions,
  RecordSource,
  Settled,
} from "@nereid/core";

/** A pair for `pipeThrough`: records in, rows out. Failures follow the model's `on-error`. */
export function createPredictTransform<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options: PredictAllOptions<T> & { readonly join: true },
): ReadableWritablePair<Joined<T, Row>, T>;
export function createPredictTransform<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options?: PredictAllOptions<T>,
): ReadableWritablePair<Row, T>;
export function createPredictTransform<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options: PredictAllOptions<T> = {},
): ReadableWritablePair<Row, T> {
  return createPair<T, Row, PredictAllOptions<T>>(options, (records, flowOptions) =>
    model.predictAll(records, flowOptions),
  );
}

/** A pair for `pipeThrough`: records in, exactly one outcome for each out. */
export function createSettleTransform<R extends object, Row extends object, T extends R = R>(
  model: Model<R, Row>,
  options: FlowOptions<T> = {},
): ReadableWritablePair<Settled<T, Row>, T> {
  return createPair<T, Settled<T, Row>, FlowOptions<T>>(options, (records, flowOptions) =>
    model.settleAll(records, flowOptions),
  );
}

function createPair<R, Item, O extends FlowOptions<R>>(
  options: O,
  run: (records: RecordSource<R>, options: O) => AsyncGenerator<Item, void, undefined>,
): ReadableWritablePair<Item, R> {
  const input = new TransformStream<R, R>();
  const cancelled = new AbortController();
  const signal =
    options.signal === undefined
      ? cancelled.signal
      : AbortSignal.any([options.signal, cancelled.signal]);
  const items = run(input.readable, { ...options, signal });
  const readable = new ReadableStream<Item>(
    {
      async pull(controller) {
        const step = await items.next();
        if (step.done === true) controller.close();
        else controller.enqueue(step.value);
      },
      async cancel(reason) {
        // The generator may be waiting for an answer; the signal wakes it.
        cancelled.abort(reason);
        await items.return();
      },
    },
    { highWaterMark: 0 },
  );
  return { readable, writable: input.writable };
}
