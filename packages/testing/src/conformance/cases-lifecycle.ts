import { createTensor, type InferenceResponse, type Transport } from "@nereid/core/transport-kit";
import type { ScriptCase } from "./conformance-case.ts";
import { callOf, expectThat } from "./expectations.ts";

function echo(
  transport: Transport,
  value: number,
  signal?: AbortSignal,
): Promise<InferenceResponse> {
  const inputs = [createTensor("IN", "INT32", [1, 1], Int32Array.of(value))];
  return transport.infer({ model: { name: "echo_int32" }, inputs }, callOf(signal));
}

function slow(transport: Transport, signal: AbortSignal): Promise<InferenceResponse> {
  const inputs = [createTensor("IN", "INT32", [1], Int32Array.of(1000))];
  return transport.infer({ model: { name: "slow" }, inputs }, callOf(signal));
}

/** What is told of models, what cancelling and closing do, and that answers find their questions. */
export const lifecycleCases: readonly ScriptCase[] = [
  {
    name: "a model that is loaded is ready, another is not",
    async script(transport) {
      expectThat(await transport.ready({ name: "add_sub" }, callOf())).toBe(true);
      expectThat(await transport.ready({ name: "no_such_model" }, callOf())).toBe(false);
    },
  },
  {
    name: "metadata tells inputs, outputs and the largest batch",
    async script(transport) {
      expectThat(await transport.metadata({ name: "add_sub" }, callOf())).toMatchObject({
        name: "add_sub",
        inputs: [
          { name: "INPUT0", datatype: "FP32", shape: [-1, 16] },
          { name: "INPUT1", datatype: "FP32", shape: [-1, 16] },
        ],
        maxBatchRows: 64,
      });
    },
  },
  {
    name: "metadata tells a stateful model and a decoupled one",
    async script(transport) {
      const stateful = await transport.metadata({ name: "accumulator" }, callOf());
      expectThat(stateful.sequence).toEqual({ maxIdleUs: 2_000_000 });
      const decoupled = await transport.metadata({ name: "repeat" }, callOf());
      expectThat(decoupled.decoupled).toBe(true);
    },
  },
  {
    name: "metadata of a model that does not exist is not found",
    async script(transport) {
      await expectThat(
        transport.metadata({ name: "no_such_model" }, callOf()),
      ).rejects.toMatchObject({ code: "server", outcome: "not-found" });
    },
  },
  {
    name: "a version that is not there is not ready and has no metadata",
    async script(transport) {
      const nine = { name: "add_sub", version: "9" };
      expectThat(await transport.ready(nine, callOf())).toBe(false);
      await expectThat(transport.metadata(nine, callOf())).rejects.toMatchObject({
        code: "server",
        outcome: "not-found",
      });
    },
  },
  {
    name: "a reason that is no error is thrown as it is",
    async script(transport) {
      const call = echo(transport, 1, AbortSignal.abort("because"));
      await expectThat(call).rejects.toBe("because");
    },
  },
  {
    name: "metadata and readiness that were given up before they began throw the caller's reason",
    async script(transport) {
      const reason = new Error("too late");
      const call = callOf(AbortSignal.abort(reason));
      const ref = { name: "add_sub" };
      await expectThat(transport.metadata(ref, call)).rejects.toBe(reason);
      await expectThat(transport.ready(ref, call)).rejects.toBe(reason);
    },
  },
  {
    name: "a call that is given up takes no other one with it",
    async script(transport) {
      const controller = new AbortController();
      const reason = new Error("only this one");
      const given = slow(transport, controller.signal);
      const others = [1, 2, 3].map((value) => echo(transport, value));
      controller.abort(reason);
      await expectThat(given).rejects.toBe(reason);
      const answers = await Promise.all(others);
      expectThat(answers.map(({ outputs }) => outputs[0]?.data)).toEqual(
        [1, 2, 3].map((value) => Int32Array.of(value)),
      );
    },
  },
  {
    name: "a call that was given up before it began throws the caller's reason",
    async script(transport) {
      const reason = new Error("too late");
      await expectThat(echo(transport, 1, AbortSignal.abort(reason))).rejects.toBe(reason);
    },
  },
  {
    name: "a call that is given up while it waits throws the caller's reason, and the next one is served",
    async script(transport) {
      const controller = new AbortController();
      const reason = new Error("no longer wanted");
      const answer = slow(transport, controller.signal);
      const turns = 3;
      for (let turn = 0; turn < turns; turn += 1) await echo(transport, turn);
      controller.abort(reason);
      await expectThat(answer).rejects.toBe(reason);
      expectThat((await echo(transport, 5)).outputs[0]?.data).toEqual(Int32Array.of(5));
    },
  },
  {
    name: "of 200 calls at once each gets its own answer",
    async script(transport) {
      const values = Array.from({ length: 200 }, (_, index) => index);
      const answers = await Promise.all(values.map((value) => echo(transport, value)));
      expectThat(answers.map(({ outputs }) => outputs[0]?.data)).toEqual(
        values.map((value) => Int32Array.of(value)),
      );
    },
  },
  {
    name: "close lets what is under way finish, can be called twice, and ends the service",
    closes: true,
    async script(transport) {
      const answers = [1, 2, 3].map((value) => echo(transport, value));
      await Promise.all([...answers, transport.close(), transport.close()]);
      await expectThat(echo(transport, 4)).rejects.toMatchObject({ code: "closed" });
    },
  },
  {
    name: "a closed transport tells neither metadata nor readiness",
    closes: true,
    async script(transport) {
      await transport.close();
      const ref = { name: "add_sub" };
      const closed = { code: "closed", delivery: "not-sent" };
      await expectThat(transport.metadata(ref, callOf())).rejects.toMatchObject(closed);
      await expectThat(transport.ready(ref, callOf())).rejects.toMatchObject(closed);
    },
  },
];
