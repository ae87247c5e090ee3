import { createTensor } from "@nereid/core/transport-kit";
import { each, input, tensor } from "./model-declaring.ts";
import type { ModelAnswer, ServerModel } from "./server-model.ts";

const streamOnly = each(() => ({ error: "answers over a stream only" }));
const numberAnswer = (value: number): ModelAnswer => [
  createTensor("OUT", "INT32", [1], Int32Array.of(value)),
];

/** Answers IN times, with 0, 1, 2, …; below zero it fails behind as many answers. */
export const repeat: ServerModel = {
  name: "repeat",
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "INT32", 1)],
  execute: streamOnly,
  async *decoupled(request) {
    const count = input(request, "IN", "INT32").data[0] ?? 0;
    for (let value = 0; value < Math.abs(count); value += 1) yield numberAnswer(value);
    if (count < 0) yield { error: "the model failed behind its answers" };
  },
};

/** Counts up from 0 until its caller has gone, with a turn of the event loop between answers. */
export const endless: ServerModel = {
  name: "endless",
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "INT32", 1)],
  execute: streamOnly,
  async *decoupled({ signal }) {
    for (let value = 0; !signal.aborted; value += 1) {
      yield numberAnswer(value);
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
  },
};

/** Waits until its caller has gone. */
export const slow: ServerModel = {
  name: "slow",
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "INT32", 1)],
  execute: (requests) =>
    Promise.all(
      requests.map(
        ({ signal }) =>
          new Promise<ModelAnswer>((resolve) => {
            const end = (): void => resolve({ error: "cancelled" });
            if (signal.aborted) end();
            else signal.addEventListener("abort", end, { once: true });
          }),
      ),
    ),
};
