import { createTensor, type InferenceRequest } from "@nereid/core/transport-kit";
import type { StreamCase } from "./conformance-case.ts";
import { callOf, expectThat } from "./expectations.ts";
import { collect, countTo, each, echo, numberOf, numbers, repeat } from "./stream-requests.ts";

const sixteen = (name: string, value: number) =>
  createTensor(name, "FP32", [1, 16], new Float32Array(16).fill(value));
const addSub: InferenceRequest = {
  model: { name: "add_sub" },
  id: "plain",
  inputs: [sixteen("INPUT0", 5), sixteen("INPUT1", 3)],
};

const countCase = (what: string, count: number): StreamCase => ({
  name: `a stream yields ${what} of a decoupled model`,
  async stream(transport) {
    const answers = transport.stream(each(repeat(count)), callOf());
    expectThat(await numbers(answers)).toEqual(countTo(count));
  },
});

/** What streams yield. */
export const streamCases: readonly StreamCase[] = [
  countCase("no answer", 0),
  countCase("the one answer", 1),
  countCase("every answer", 7),
  countCase("a thousand answers", 1000),
  {
    name: "a stream without a request ends without an answer",
    async stream(transport) {
      expectThat(await numbers(transport.stream(each(), callOf()))).toEqual([]);
    },
  },
  {
    name: "each answer of a stream carries its request's id and model",
    async stream(transport) {
      const { answers } = await collect(transport.stream(each(repeat(3, "é-1")), callOf()));
      expectThat(answers.map(({ id, modelName }) => [id, modelName])).toEqual(
        countTo(3).map(() => ["é-1", "repeat"]),
      );
    },
  },
  {
    name: "requests of a stream without ids get one each",
    async stream(transport) {
      const { answers } = await collect(transport.stream(each(repeat(2), repeat(2)), callOf()));
      const ids = answers.map(({ id }) => id);
      expectThat(ids).toHaveLength(4);
      expectThat(ids).not.toContain(undefined);
      expectThat(new Set(ids).size).toBe(2);
    },
  },
  {
    name: "a stream yields the one answer of a plain model",
    async stream(transport) {
      const { answers, error } = await collect(transport.stream(each(addSub), callOf()));
      expectThat(error).toBeUndefined();
      expectThat(answers).toMatchObject([
        { id: "plain", outputs: expectThat.arrayContaining([sixteen("OUTPUT1", 2)]) },
      ]);
    },
  },
  {
    name: "a stream yields only the output that was asked for",
    async stream(transport) {
      const request = { ...addSub, outputs: [{ name: "OUTPUT0" }] };
      const { answers } = await collect(transport.stream(each(request), callOf()));
      expectThat(answers.map(({ outputs }) => outputs)).toEqual([[sixteen("OUTPUT0", 8)]]);
    },
  },
  {
    name: "a stream carries two requests, each with its answers in order",
    async stream(transport) {
      const requests = each(repeat(4, "left"), repeat(3, "right"));
      const { answers } = await collect(transport.stream(requests, callOf()));
      const of = (wanted: string) => answers.filter(({ id }) => id === wanted).map(numberOf);
      expectThat([of("left"), of("right")]).toEqual([countTo(4), countTo(3)]);
      expectThat(answers).toHaveLength(7);
    },
  },
  {
    name: "a request without answers does not end the stream of another",
    async stream(transport) {
      const requests = each(repeat(0), repeat(3), repeat(0));
      expectThat(await numbers(transport.stream(requests, callOf()))).toEqual(countTo(3));
    },
  },
  {
    name: "a request to a second model of a stream is refused",
    async stream(transport) {
      const { error } = await collect(transport.stream(each(repeat(2), addSub), callOf()));
      expectThat(error).toMatchObject({ code: "encode", delivery: "not-sent" });
    },
  },
  {
    name: "of 200 plain requests of one stream each gets its own answer",
    async stream(transport) {
      const requests = countTo(200).map((value) => echo(value, `r${value}`));
      const { answers } = await collect(transport.stream(each(...requests), callOf()));
      const pairs = new Map(answers.map((answer) => [answer.id, numberOf(answer)]));
      expectThat(pairs).toEqual(new Map(countTo(200).map((value) => [`r${value}`, value])));
      expectThat(answers).toHaveLength(200);
    },
  },
  {
    name: "a stream sends a request that waits for an earlier answer",
    async stream(transport) {
      const first = Promise.withResolvers<void>();
      async function* requests(): AsyncGenerator<InferenceRequest> {
        yield echo(1);
        await first.promise;
        yield echo(2);
      }
      const found: unknown[] = [];
      for await (const answer of transport.stream(requests(), callOf())) {
        found.push(numberOf(answer));
        first.resolve();
      }
      expectThat(found).toEqual([1, 2]);
    },
  },
  {
    name: "twenty streams side by side do not mix",
    async stream(transport) {
      const streams = countTo(20).map((index) =>
        collect(transport.stream(each(repeat(10, `s${index}`)), callOf())),
      );
      for (const [index, { answers }] of (await Promise.all(streams)).entries()) {
        expectThat(answers.map(numberOf)).toEqual(countTo(10));
        expectThat(answers.every(({ id }) => id === `s${index}`)).toBe(true);
      }
    },
  },
  {
    name: "plain inference goes on beside a stream",
    async stream(transport) {
      let found = 0;
      for await (const _ of transport.stream(each(repeat(3)), callOf())) {
        found += 1;
        const { outputs } = await transport.infer(echo(found), callOf());
        expectThat(outputs[0]?.data).toEqual(Int32Array.of(found));
      }
      expectThat(found).toBe(3);
    },
  },
];
