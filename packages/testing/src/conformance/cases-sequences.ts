import { createTensor, type SequencePosition, type Transport } from "@nereid/core/transport-kit";
import type { ScriptCase } from "./conformance-case.ts";
import { callOf, expectThat } from "./expectations.ts";

/** Sends one step and reads the total so far. */
async function step(
  transport: Transport,
  value: number,
  sequence: SequencePosition,
): Promise<readonly [sum: unknown, step: unknown]> {
  const { outputs } = await transport.infer(
    {
      model: { name: "accumulator" },
      inputs: [createTensor("X", "INT32", [1, 1], Int32Array.of(value))],
      sequence,
    },
    callOf(),
  );
  const first = (name: string): unknown => {
    const output = outputs.find((tensor) => tensor.name === name);
    return output?.datatype === "INT32" ? output.data[0] : undefined;
  };
  return [first("SUM"), first("STEP")];
}

/** An id that no other run of the suite uses on the same server. */
const freshId = (): string => `suite-${crypto.randomUUID()}`;

function sequenceCase(name: string, createId: () => string | bigint): ScriptCase {
  return {
    name,
    async script(transport) {
      const id = createId();
      expectThat(await step(transport, 5, { id, start: true, end: false })).toEqual([5, 1]);
      expectThat(await step(transport, 7, { id, start: false, end: false })).toEqual([12, 2]);
      expectThat(await step(transport, 1, { id, start: false, end: true })).toEqual([13, 3]);
      await expectThat(step(transport, 1, { id, start: false, end: false })).rejects.toMatchObject({
        outcome: "sequence-lost",
      });
    },
  };
}

/** How stateful models are talked to. */
export const sequenceCases: readonly ScriptCase[] = [
  sequenceCase("a sequence with a text id keeps its state until its end", freshId),
  sequenceCase("a sequence with a number of 64 bits keeps its state", () =>
    BigInt(`0x7${crypto.randomUUID().replaceAll("-", "").slice(0, 15)}`),
  ),
  {
    name: "two sequences side by side do not mix",
    async script(transport) {
      const [left, right] = [freshId(), freshId()];
      await step(transport, 1, { id: left, start: true, end: false });
      await step(transport, 100, { id: right, start: true, end: false });
      expectThat(await step(transport, 1, { id: left, start: false, end: true })).toEqual([2, 2]);
      expectThat(await step(transport, 1, { id: right, start: false, end: true })).toEqual([
        101, 2,
      ]);
    },
  },
  {
    name: "a second start begins the sequence anew",
    async script(transport) {
      const id = freshId();
      await step(transport, 9, { id, start: true, end: false });
      expectThat(await step(transport, 2, { id, start: true, end: true })).toEqual([2, 1]);
    },
  },
  {
    name: "the model sees the id and the flags that were sent",
    async script(transport) {
      const id = freshId();
      const { outputs } = await transport.infer(
        {
          model: { name: "sequence_id" },
          inputs: [createTensor("X", "INT32", [1, 1], Int32Array.of(0))],
          sequence: { id, start: true, end: true },
        },
        callOf(),
      );
      const [name, flags] = ["ID", "FLAGS"].map((wanted) =>
        outputs.find((tensor) => tensor.name === wanted),
      );
      expectThat(
        name?.datatype === "BYTES" && Buffer.from(name.data.wire.subarray(4)).toString(),
      ).toBe(id);
      expectThat(flags?.data).toEqual(Int32Array.of(1, 1));
    },
  },
];
