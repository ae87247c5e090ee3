import { createTensor } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { createStandardModels } from "./models.ts";
import type { ServerModel } from "./server-model.ts";
import { startV2Server, type V2Server } from "./v2-server.ts";

/** What a server answers: status, content type and body. */
async function post(server: V2Server, path: string, body: string): Promise<string> {
  const answer = await fetch(`${server.url}/v2/models/${path}`, { method: "POST", body });
  return `${answer.status} ${answer.headers.get("content-type")} ${await answer.text()}`;
}

const start = (models: readonly ServerModel[] = createStandardModels()): Promise<V2Server> =>
  startV2Server({ models });

describe("generate_stream of the test server", () => {
  it("ends in good order behind a decoupled model's answers", async () => {
    await using server = await start();
    expect(await post(server, "repeat/generate_stream", '{"IN":2,"id":"x"}')).toBe(
      '200 text/event-stream; charset=utf-8 data: {"OUT":0,"id":"x","model_name":"repeat","model_version":"1"}\n\ndata: {"OUT":1,"id":"x","model_name":"repeat","model_version":"1"}\n\n',
    );
    expect(await post(server, "repeat/generate_stream", '{"IN":0}')).toBe(
      "200 text/event-stream; charset=utf-8 ",
    );
  });

  it("tells a model's failure by an event, and by the status when it comes first", async () => {
    await using server = await start();
    expect(await post(server, "repeat/generate_stream", '{"IN":-1}')).toContain(
      '\n\ndata: {"error":"the model failed behind its answers"}\n\n',
    );
    expect(await post(server, "poison/generate_stream", '{"IN":-1}')).toMatch(
      /^400 text\/event-stream; charset=utf-8 data: \{"error":"[^"]+"\}\n\n$/,
    );
  });

  it("refuses what never comes to the model with plain JSON", async () => {
    await using server = await start();
    expect(await post(server, "nope/generate_stream", '{"IN":1}')).toBe(
      `404 application/json {"error":"Request for unknown model: 'nope' is not found"}`,
    );
    expect(await post(server, "repeat/generate_stream", '{"IN":[1,2]}')).toBe(
      `400 application/json {"error":"The schema can not convert input 'IN' to tensor with proper shape"}`,
    );
  });

  it("tells the model when its reader has gone", async () => {
    let gone = (): void => undefined;
    const left = new Promise<void>((resolve) => (gone = resolve));
    const counting: ServerModel = {
      name: "counting",
      maxBatchRows: 0,
      inputs: [{ name: "IN", datatype: "INT32", shape: [1] }],
      outputs: [{ name: "OUT", datatype: "INT32", shape: [1] }],
      execute: () => [],
      async *decoupled({ signal }) {
        yield [createTensor("OUT", "INT32", [1], Int32Array.of(1))];
        if (!signal.aborted) {
          await new Promise((resolve) => {
            signal.addEventListener("abort", resolve, { once: true });
          });
        }
        gone();
      },
    };
    await using server = await start([counting]);
    const reader = new AbortController();
    const answer = await fetch(`${server.url}/v2/models/counting/generate_stream`, {
      method: "POST",
      body: '{"IN":1}',
      signal: reader.signal,
    });
    expect(answer.status).toBe(200);
    reader.abort();
    await left;
  });

  it("breaks off behind as many bytes as a fault says", async () => {
    await using server = await start();
    server.failNext({ kind: "cut", afterBytes: 70 });
    await expect(post(server, "repeat/generate_stream", '{"IN":5}')).rejects.toThrow();
    server.failNext({ kind: "truncate", afterBytes: 70 });
    await expect(post(server, "repeat/generate_stream", '{"IN":5}')).rejects.toThrow();
  });
});

describe("generate of the test server", () => {
  it("answers once, with lone elements out of their lists and members sorted", async () => {
    await using server = await start();
    expect(await post(server, "echo_fp32/generate", '{"IN":[1,2.5],"id":"x"}')).toBe(
      '200 application/json {"OUT":[1.0,2.5],"id":"x","model_name":"echo_fp32","model_version":"1"}',
    );
    expect(await post(server, "parameters/generate", '{"IN":1,"parameters":{"timeout":5}}')).toBe(
      '200 application/json {"OUT":"{\\"timeout\\":5}","model_name":"parameters","model_version":"1"}',
    );
  });

  it.each([0, 2, -1])(
    "has an error of status 200 for another number of answers (%i)",
    async (n) => {
      await using server = await start();
      expect(await post(server, "repeat/generate", `{"IN":${n}}`)).toMatch(
        /^200 application\/json \{"error":"generate expects model to produce exactly 1 response/,
      );
    },
  );
});
