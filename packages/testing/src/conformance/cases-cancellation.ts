import { createTensor } from "@nereid/core/transport-kit";
import type { ScriptCase } from "./conformance-case.ts";
import { callOf, expectThat } from "./expectations.ts";
import { countTo, echo, silent } from "./stream-requests.ts";

const mebibyte = createTensor("IN", "FP32", [1, 256 * 1024], new Float32Array(256 * 1024));

const endOfTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** What giving up does at each stage of a call, and what closing does to those who still wait. */
export const cancellationCases: readonly ScriptCase[] = [
  {
    name: "a call that is given up as soon as it was made throws the caller's reason",
    async script(transport) {
      const controller = new AbortController();
      const reason = new Error("changed my mind");
      const request = { model: { name: "echo_fp32" }, inputs: [mebibyte] };
      const answer = transport.infer(request, callOf(controller.signal));
      controller.abort(reason);
      await expectThat(answer).rejects.toBe(reason);
      const { outputs } = await transport.infer(request, callOf());
      expectThat(outputs[0]?.shape).toEqual(mebibyte.shape);
    },
  },
  {
    name: "giving up behind the answer changes nothing",
    async script(transport) {
      const controller = new AbortController();
      const { outputs } = await transport.infer(echo(3), callOf(controller.signal));
      controller.abort(new Error("too late to matter"));
      expectThat(outputs[0]?.data).toEqual(Int32Array.of(3));
      const next = await transport.infer(echo(4), callOf());
      expectThat(next.outputs[0]?.data).toEqual(Int32Array.of(4));
    },
  },
  {
    name: "of 100 calls every other one is given up and the rest are answered",
    async script(transport) {
      const outcomes = countTo(100).map(async (value) => {
        const controller = new AbortController();
        const answer = transport.infer(echo(value), callOf(controller.signal));
        if (value % 2 === 1) controller.abort(value);
        return answer.then(({ outputs }) => outputs[0]?.data).catch((reason: unknown) => reason);
      });
      expectThat(await Promise.all(outcomes)).toEqual(
        countTo(100).map((value) => (value % 2 === 1 ? value : Int32Array.of(value))),
      );
    },
  },
  {
    name: "one signal gives up every call that has it",
    async script(transport) {
      const controller = new AbortController();
      const reason = new Error("all of them");
      const calls = countTo(5).map(() => transport.infer(silent(), callOf(controller.signal)));
      const settled = Promise.allSettled(calls);
      for (const value of countTo(3)) await transport.infer(echo(value), callOf());
      controller.abort(reason);
      expectThat(await settled).toEqual(countTo(5).map(() => ({ status: "rejected", reason })));
    },
  },
  {
    name: "metadata is not lost with a call that is given up",
    async script(transport) {
      const controller = new AbortController();
      const given = transport.infer(silent(), callOf(controller.signal));
      const metadata = transport.metadata({ name: "add_sub" }, callOf());
      controller.abort("enough");
      await expectThat(given).rejects.toBe("enough");
      expectThat((await metadata).name).toBe("add_sub");
    },
  },
  {
    name: "close waits for a call until it is given up",
    closes: true,
    async script(transport) {
      const controller = new AbortController();
      const waiting = Promise.allSettled([transport.infer(silent(), callOf(controller.signal))]);
      await transport.infer(echo(1), callOf());
      let isClosed = false;
      const closing = transport.close().then(() => {
        isClosed = true;
      });
      for (const _ of countTo(10)) await endOfTurn();
      expectThat(isClosed).toBe(false);
      controller.abort("given up");
      await closing;
      expectThat(await waiting).toEqual([{ status: "rejected", reason: "given up" }]);
    },
  },
];
