import { createTensor, ServerError, type InferenceRequest } from "@nereid/core/transport-kit";
import { expect, it } from "vitest";
import { createMemoryTransport, type ServerModel } from "../src/index.ts";

const input = createTensor("IN", "INT32", [1], Int32Array.of(0));
const request: InferenceRequest = { model: { name: "watched" }, inputs: [input] };
const call = (signal = new AbortController().signal) => ({ signal, headers: {}, attempt: 1 });

async function* times(count: number): AsyncGenerator<InferenceRequest> {
  for (let made = 0; made < count; made += 1) yield request;
}

/** Answers twice, once at once and once when `release` says so; tells which callers have gone. */
function watchedModel(release: Promise<void>) {
  const started: AbortSignal[] = [];
  const answer = [{ ...input, name: "OUT" }];
  const model: ServerModel = {
    name: "watched",
    maxBatchRows: 0,
    inputs: [{ name: "IN", datatype: "INT32", shape: [1] }],
    outputs: [{ name: "OUT", datatype: "INT32", shape: [1] }],
    execute: () => [],
    async *decoupled({ signal }) {
      started.push(signal);
      yield answer;
      await release;
      yield answer;
    },
  };
  return { model, started };
}

it("tells the models when the consumer of a stream breaks", async () => {
  const { model, started } = watchedModel(Promise.resolve());
  await using transport = createMemoryTransport({ models: [model] });
  for await (const _ of transport.stream(times(1), call())) {
    expect(started.map(({ aborted }) => aborted)).toEqual([false]);
    break;
  }
  expect(started.map(({ aborted }) => aborted)).toEqual([true]);
});

it("answers at most sixteen requests of a stream at once, and the others after them", async () => {
  const release = Promise.withResolvers<void>();
  const { model, started } = watchedModel(release.promise);
  await using transport = createMemoryTransport({ models: [model] });
  let answers = 0;
  for await (const _ of transport.stream(times(40), call())) {
    answers += 1;
    if (answers !== 16) continue;
    expect(started).toHaveLength(16);
    release.resolve();
  }
  expect([started.length, answers]).toEqual([40, 80]);
});

it("closes when the streams under way have ended", async () => {
  const release = Promise.withResolvers<void>();
  const { model } = watchedModel(release.promise);
  const transport = createMemoryTransport({ models: [model] });
  const steps: string[] = [];
  for await (const _ of transport.stream(times(1), call())) {
    steps.push("answer");
    if (steps.length > 1) continue;
    void transport.close().then(() => steps.push("closed"));
    release.resolve();
  }
  await transport.close();
  expect(steps).toEqual(["answer", "answer", "closed"]);
});

it("fails the next streamed request with the failure that waits", async () => {
  const { model, started } = watchedModel(Promise.resolve());
  await using transport = createMemoryTransport({ models: [model] });
  const failure = new ServerError("no", { outcome: "overloaded", status: 429, serverText: "no" });
  transport.failNext(failure);
  const answers = transport.stream(times(1), call())[Symbol.asyncIterator]();
  await expect(answers.next()).rejects.toBe(failure);
  expect(started).toEqual([]);
});
