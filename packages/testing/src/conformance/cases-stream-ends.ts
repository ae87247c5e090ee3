import type { InferenceRequest, StreamingTransport } from "@nereid/core/transport-kit";
import type { StreamCase } from "./conformance-case.ts";
import { callOf, expectThat } from "./expectations.ts";
import {
  collect,
  countTo,
  each,
  echo,
  endless,
  numberOf,
  numbers,
  repeat,
  silent,
} from "./stream-requests.ts";

/** More requests than a transport may carry for a consumer that does not read. */
const maxCarried = 1000;

async function expectServed(transport: StreamingTransport): Promise<void> {
  expectThat(await numbers(transport.stream(each(repeat(2)), callOf()))).toEqual([0, 1]);
  const { outputs } = await transport.infer(echo(7), callOf());
  expectThat(outputs[0]?.data).toEqual(Int32Array.of(7));
}

/** How streams end: by an error, by the consumer, by the signal, by the requests. */
export const streamEndCases: readonly StreamCase[] = [
  {
    name: "an error behind the answers of a stream comes behind them",
    async stream(transport) {
      const { answers, error } = await collect(transport.stream(each(repeat(-3)), callOf()));
      expectThat(answers.map(numberOf)).toEqual([0, 1, 2]);
      expectThat(error).toMatchObject({ code: "server", delivery: "answered" });
      await expectServed(transport);
    },
  },
  {
    name: "a stream to a model that does not exist is not found",
    async stream(transport) {
      const unknown = { ...repeat(1), model: { name: "no_such_model" } };
      const { answers, error } = await collect(transport.stream(each(unknown), callOf()));
      expectThat(answers).toEqual([]);
      expectThat(error).toMatchObject({
        code: "server",
        outcome: "not-found",
        retryable: false,
        delivery: "answered",
      });
      await expectServed(transport);
    },
  },
  {
    name: "a request that fails comes behind the answers of the one before it",
    async stream(transport) {
      const answered = Promise.withResolvers<void>();
      async function* requests(): AsyncGenerator<InferenceRequest> {
        yield repeat(1);
        await answered.promise;
        yield repeat(-1);
      }
      const found: unknown[] = [];
      const reading = (async () => {
        for await (const answer of transport.stream(requests(), callOf())) {
          found.push(numberOf(answer));
          answered.resolve();
        }
      })();
      await expectThat(reading).rejects.toMatchObject({ code: "server" });
      expectThat(found).toEqual([0, 0]);
    },
  },
  {
    name: "a streamed request that may not be sent is refused",
    async stream(transport) {
      const request = { ...repeat(1), parameters: { sequence_id: 1 } };
      await expectThat(numbers(transport.stream(each(request), callOf()))).rejects.toMatchObject({
        code: "encode",
        retryable: false,
        delivery: "not-sent",
      });
      await expectServed(transport);
    },
  },
  {
    name: "a consumer that breaks ends the stream and its requests, and is served again",
    async stream(transport) {
      const ended = Promise.withResolvers<void>();
      async function* requests(): AsyncGenerator<InferenceRequest> {
        try {
          for (let asked = 0; asked < 100 * maxCarried; asked += 1) yield repeat(5);
        } finally {
          ended.resolve();
        }
      }
      for await (const _ of transport.stream(requests(), callOf())) break;
      await ended.promise;
      await expectServed(transport);
    },
  },
  {
    name: "a consumer that breaks in the middle of endless answers is served again",
    async stream(transport) {
      const found: unknown[] = [];
      for await (const answer of transport.stream(each(endless()), callOf())) {
        found.push(numberOf(answer));
        if (found.length === 5) break;
      }
      expectThat(found).toEqual(countTo(5));
      await expectServed(transport);
    },
  },
  {
    name: "a stream that was given up before it began throws the reason and reads no request",
    async stream(transport) {
      const reason = new Error("too late");
      let asked = 0;
      async function* requests(): AsyncGenerator<InferenceRequest> {
        asked += 1;
        yield repeat(1);
      }
      const call = callOf(AbortSignal.abort(reason));
      expectThat(await collect(transport.stream(requests(), call))).toEqual({
        answers: [],
        error: reason,
      });
      expectThat(asked).toBe(0);
    },
  },
  {
    name: "a stream that is given up before its first answer throws the reason",
    async stream(transport) {
      const controller = new AbortController();
      const reason = new Error("no longer wanted");
      const reading = collect(transport.stream(each(silent()), callOf(controller.signal)));
      for (const value of countTo(3)) await transport.infer(echo(value), callOf());
      controller.abort(reason);
      expectThat((await reading).error).toBe(reason);
      await expectServed(transport);
    },
  },
  {
    name: "a stream that is given up while it waits for a request throws the reason",
    async stream(transport) {
      const controller = new AbortController();
      const reason = new Error("nothing more comes");
      async function* requests(): AsyncGenerator<InferenceRequest> {
        yield echo(1);
        await new Promise(() => undefined);
      }
      const found: unknown[] = [];
      const reading = (async () => {
        for await (const answer of transport.stream(requests(), callOf(controller.signal))) {
          found.push(numberOf(answer));
          queueMicrotask(() => controller.abort(reason));
        }
      })();
      await expectThat(reading).rejects.toBe(reason);
      expectThat(found).toEqual([1]);
      await expectServed(transport);
    },
  },
  {
    name: "a stream that is given up in the middle throws the reason and takes no other with it",
    async stream(transport) {
      const controller = new AbortController();
      const reason = "a reason that is no error";
      const given = (async () => {
        for await (const answer of transport.stream(each(endless()), callOf(controller.signal))) {
          if (numberOf(answer) === 3) controller.abort(reason);
        }
      })();
      const other = numbers(transport.stream(each(repeat(50)), callOf()));
      await expectThat(given).rejects.toBe(reason);
      expectThat(await other).toEqual(countTo(50));
      await expectServed(transport);
    },
  },
  {
    name: "requests that throw end their stream with what they threw",
    async stream(transport) {
      const broken = new Error("the source broke");
      async function* requests(): AsyncGenerator<InferenceRequest> {
        yield echo(1);
        throw broken;
      }
      expectThat((await collect(transport.stream(requests(), callOf()))).error).toBe(broken);
      await expectServed(transport);
    },
  },
  {
    name: "a consumer that does not read keeps the stream from reading requests without end",
    async stream(transport) {
      let asked = 0;
      async function* requests(): AsyncGenerator<InferenceRequest> {
        for (; asked < 100 * maxCarried; asked += 1) yield echo(asked);
      }
      const answers = transport.stream(requests(), callOf())[Symbol.asyncIterator]();
      await answers.next();
      for (let before = -1; before !== asked;) {
        before = asked;
        expectThat(asked).toBeLessThan(maxCarried);
        for (const value of countTo(50)) await transport.infer(echo(value), callOf());
      }
      await answers.return?.();
      await expectServed(transport);
    },
  },
  {
    name: "a closed transport does not stream",
    closes: true,
    async stream(transport) {
      await transport.close();
      await expectThat(numbers(transport.stream(each(repeat(1)), callOf()))).rejects.toMatchObject({
        code: "closed",
        delivery: "not-sent",
      });
    },
  },
];
