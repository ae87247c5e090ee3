import {
  createTensor,
  InferenceError,
  type InferenceRequest,
  type SequencePosition,
  type Transport,
} from "@nereid/core/transport-kit";
import type { ScriptCase } from "./conformance-case.ts";
import { callOf, expectThat } from "./expectations.ts";
import { countTo, echo, numberOf, repeat } from "./stream-requests.ts";

const many = 1000;

async function total(
  transport: Transport,
  value: number,
  sequence: SequencePosition,
): Promise<number | undefined> {
  const inputs = [createTensor("X", "INT32", [1, 1], Int32Array.of(value))];
  const request = {
    model: { name: "accumulator" },
    inputs,
    outputs: [{ name: "SUM" }],
    sequence,
  };
  return numberOf(await transport.infer(request, callOf()));
}

/** Adds the numbers one behind the other; the last total. */
async function addUp(transport: Transport, steps: readonly number[]): Promise<number | undefined> {
  const id = `suite-${crypto.randomUUID()}`;
  let sum: number | undefined;
  for (const [index, value] of steps.entries()) {
    const end = index === steps.length - 1;
    sum = await total(transport, value, { id, start: index === 0, end });
  }
  return sum;
}

const texts: readonly (readonly [what: string, id: string])[] = [
  ["of 4,000 characters", "x".repeat(4000)],
  ["with quotes, backslashes and line ends", `a"b\\c/\r\n\td'`],
  ["beyond the basic plane", "😀-日-é"],
  ["that looks like a number", "0012"],
];

/** That many calls at once do not mix, whatever they carry. */
export const concurrencyCases: readonly ScriptCase[] = [
  ...texts.map(([what, id]): ScriptCase => ({
    name: `an id ${what} comes back`,
    async script(transport) {
      expectThat((await transport.infer(echo(1, id), callOf())).id).toBe(id);
    },
  })),
  {
    name: "a decoupled model that is asked beside plain ones takes none of them with it",
    async script(transport) {
      const asked = countTo(60).map((value) => {
        const isPlain = value % 3 !== 0;
        const answer = transport.infer(isPlain ? echo(value) : repeat(2), callOf());
        return answer.then(numberOf).catch(({ outcome }) => String(outcome));
      });
      expectThat(await Promise.all(asked)).toEqual(
        countTo(60).map((value) => (value % 3 === 0 ? "unsupported" : value)),
      );
    },
  },
  {
    name: "an id with a lone surrogate is refused or comes back, and the next call is served",
    async script(transport) {
      const id = "a\ud800b";
      const outcome = await transport.infer(echo(1, id), callOf()).then(
        (answer) => answer.id,
        (error: unknown) => (error instanceof InferenceError ? error.code : error),
      );
      expectThat([id, "encode", "server"]).toContain(outcome);
      expectThat(numberOf(await transport.infer(echo(2), callOf()))).toBe(2);
    },
  },
  {
    name: "of 1,000 calls at once each gets its own value and its own id",
    async script(transport) {
      const answers = await Promise.all(
        countTo(many).map((value) => transport.infer(echo(value, `call-${value}`), callOf())),
      );
      expectThat(answers.map((answer) => [answer.id, numberOf(answer)])).toEqual(
        countTo(many).map((value) => [`call-${value}`, value]),
      );
    },
  },
  {
    name: "calls at once without ids get 1,000 different ones",
    async script(transport) {
      const answers = await Promise.all(
        countTo(many).map((value) => transport.infer(echo(value), callOf())),
      );
      expectThat(new Set(answers.map(({ id }) => id)).size).toBe(many);
      expectThat(answers.map(numberOf)).toEqual(countTo(many));
    },
  },
  {
    name: "calls at once of different sizes do not mix",
    async script(transport) {
      const sizes = countTo(64).map((index) => 1 + ((index * 997) % 5000));
      const answers = await Promise.all(
        sizes.map((size, index) => {
          const data = new Int32Array(size).fill(index);
          const inputs = [createTensor("IN", "INT32", [1, size], data)];
          return transport.infer({ model: { name: "echo_int32" }, inputs }, callOf());
        }),
      );
      for (const [index, { outputs }] of answers.entries()) {
        expectThat(outputs[0]?.shape).toEqual([1, sizes[index]]);
        expectThat(outputs[0]?.data).toEqual(new Int32Array(sizes[index] ?? 0).fill(index));
      }
    },
  },
  {
    name: "calls at once to different models do not mix",
    async script(transport) {
      const vector = (value: number) => new Float32Array(16).fill(value);
      const addSub = (value: number): InferenceRequest => ({
        model: { name: "add_sub" },
        inputs: ["INPUT0", "INPUT1"].map((name) =>
          createTensor(name, "FP32", [1, 16], vector(value)),
        ),
        outputs: [{ name: "OUTPUT0" }],
      });
      const answers = await Promise.all(
        countTo(100).map((value) =>
          transport.infer(value % 2 === 0 ? echo(value) : addSub(value), callOf()),
        ),
      );
      expectThat(answers.map(({ outputs }) => outputs[0]?.data)).toEqual(
        countTo(100).map((value) => (value % 2 === 0 ? Int32Array.of(value) : vector(2 * value))),
      );
    },
  },
  {
    name: "errors among 100 calls at once hit only their own",
    async script(transport) {
      const unknown = { ...echo(0), model: { name: "no_such_model" } };
      const outcomes = await Promise.all(
        countTo(100).map(async (value) => {
          const request = value % 10 === 0 ? unknown : echo(value);
          const answer = transport.infer(request, callOf());
          return answer.then(numberOf).catch((error: unknown) => error);
        }),
      );
      for (const [value, outcome] of outcomes.entries()) {
        if (value % 10 === 0) expectThat(outcome).toMatchObject({ outcome: "not-found" });
        else expectThat(outcome).toBe(value);
      }
    },
  },
  {
    name: "a sequence keeps its state beside 20 others and 200 plain calls",
    async script(transport) {
      const sums = Promise.all(countTo(21).map((index) => addUp(transport, [index, 100, 1000])));
      const plain = Promise.all(
        countTo(200).map((value) => transport.infer(echo(value), callOf())),
      );
      expectThat(await sums).toEqual(countTo(21).map((index) => index + 1100));
      expectThat((await plain).map(numberOf)).toEqual(countTo(200));
    },
  },
];
