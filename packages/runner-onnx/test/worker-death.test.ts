import { createTensor, type Call } from "@nereid/core/transport-kit";
import { expect, it } from "vitest";
import { createOnnxRunner } from "../src/index.ts";

const runtime = new URL("./dying-runtime.fixture.ts", import.meta.url).href;
const call: Call = { signal: new AbortController().signal, headers: {}, attempt: 1 };

it("fails the request whose thread ended, and serves the ones after it with a new thread", async () => {
  await using runner = await createOnnxRunner({
    models: { echo: { bytes: new Uint8Array(0) } },
    runtime,
  });
  const infer = (x: number): Promise<unknown> =>
    runner.infer(
      { model: { name: "echo" }, inputs: [createTensor("X", "FP32", [1], Float32Array.of(x))] },
      call,
    );
  const dying = expect(infer(Number.NaN)).rejects.toMatchObject({
    code: "transport",
    delivery: "unknown",
    retryable: true,
  });
  const queued = expect(infer(2)).resolves.toMatchObject({ outputs: [{ name: "Y" }] });
  await Promise.all([dying, queued]);
  await expect(infer(3)).resolves.toMatchObject({ modelName: "echo" });
});
