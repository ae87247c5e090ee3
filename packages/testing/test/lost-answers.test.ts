import { once } from "node:events";
import { request } from "node:http";
import { expect, it } from "vitest";
import {
  createOracle,
  createStandardModels,
  requestIds,
  startFaultProxy,
  startV2Server,
} from "../src/index.ts";

it("tells an execution whose answer was lost from a request that never arrived", async () => {
  const [echo] = createStandardModels().filter(({ name }) => name === "echo_fp32");
  if (echo === undefined) throw new Error("expected the standard models to have echo_fp32");
  const oracle = createOracle({ model: echo, keysOf: requestIds });
  await using server = await startV2Server({ models: [oracle.model] });
  await using proxy = await startFaultProxy({
    target: server.url,
    script: [
      [{ kind: "reset", direction: "down", atByte: 0 }],
      [{ kind: "reset", direction: "up", atByte: 40 }],
    ],
  });
  const send = async (id: string): Promise<unknown> => {
    const exchange = request(`${proxy.url}/v2/models/echo_fp32/infer`, { method: "POST" });
    const inputs = [{ name: "IN", datatype: "FP32", shape: [1, 1], data: [1] }];
    exchange.end(JSON.stringify({ id, inputs }));
    return once(exchange, "response").catch((error: NodeJS.ErrnoException) => error.code);
  };
  expect(await send("answer lost")).toBe("ECONNRESET");
  expect(await send("never arrived")).toBe("ECONNRESET");
  expect([...oracle.effects]).toEqual([["answer lost", 1]]);
});
