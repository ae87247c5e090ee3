import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import {
  callWith,
  httpAnswer,
  idOf,
  request,
  startWireServer,
  type Received,
  type WireServer,
} from "./wire-server.fixture.ts";

const jsonAnswer = (received: Received): Buffer =>
  httpAnswer(200, [], `{"id":"${idOf(received)}","model_name":"m","outputs":[]}`);

/** Answers `GET /v2` with what comes next in the list; the last goes on. */
function startServer(answers: readonly (Buffer | "hang-up" | "silence")[]): Promise<WireServer> {
  let asked = 0;
  return startWireServer((socket, received) => {
    if (!received.head.startsWith("GET /v2 ")) {
      socket.write(jsonAnswer(received));
      return;
    }
    const answer = answers[Math.min(asked++, answers.length - 1)];
    if (answer === "hang-up") socket.destroy();
    else if (answer instanceof Buffer) socket.write(answer);
  });
}

const server = (name: string, extensions: readonly string[]): Buffer =>
  httpAnswer(200, [], JSON.stringify({ name, version: "1", extensions }));

function forms({ requests }: WireServer): readonly (string | undefined)[] {
  return requests.map(({ head }) => /\r\ncontent-type: (\S+)/.exec(head)?.[1]);
}

const binary = "application/octet-stream";
const json = "application/json";

describe("binary-data: auto", () => {
  it.each([
    ["a server that lists the extension", server("other", ["binary_tensor_data"]), binary],
    ["a server named triton", server("triton-prod", []), binary],
    ["a server that lists nothing", server("kserve", ["model_repository_extension"]), json],
    ["a server that does not tell", httpAnswer(404, [], '{"error":"Not Found"}'), json],
  ])("suits %s", async (_name, answer, form) => {
    await using wire = await startServer([answer]);
    await using transport = createHttpTransport({ endpoint: wire.url });
    await transport.infer(request, callWith());
    await transport.infer(request, callWith());
    expect(forms(wire)).toEqual([undefined, form, form]);
  });

  it("asks once for calls that come together", async () => {
    await using wire = await startServer([server("triton", [])]);
    await using transport = createHttpTransport({ endpoint: wire.url });
    await Promise.all([0, 1, 2, 3].map(() => transport.infer(request, callWith())));
    expect(forms(wire).filter((form) => form === undefined)).toHaveLength(1);
  });

  it("leaves the request unsent when the question fails, and asks again", async () => {
    await using wire = await startServer(["hang-up", server("triton", [])]);
    await using transport = createHttpTransport({ endpoint: wire.url });
    await expect(transport.infer(request, callWith())).rejects.toMatchObject({
      code: "transport",
      delivery: "not-sent",
      retryable: true,
    });
    await transport.infer(request, callWith());
    expect(forms(wire)).toEqual([undefined, undefined, binary]);
  });

  it("asks again after a 401", async () => {
    await using wire = await startServer([httpAnswer(401, [], ""), server("triton", [])]);
    await using transport = createHttpTransport({ endpoint: wire.url });
    await transport.infer(request, callWith());
    await transport.infer(request, callWith());
    expect(forms(wire)).toEqual([undefined, json, undefined, binary]);
  });

  it("lets one caller go without taking the answer from the others", async () => {
    await using wire = await startServer(["silence", server("triton", [])]);
    await using transport = createHttpTransport({ endpoint: wire.url });
    const first = new AbortController();
    const second = new AbortController();
    const reasons = [first, second].map(({ signal }) =>
      transport.infer(request, callWith(signal)).catch((error: unknown) => error),
    );
    await wire.received(1);
    first.abort("first");
    expect(await reasons[0]).toBe("first");
    expect(transport.poolStats.active).toBe(1);
    second.abort("second");
    expect(await reasons[1]).toBe("second");
    expect(transport.poolStats.active).toBe(0);
    await transport.infer(request, callWith());
    expect(forms(wire)).toEqual([undefined, undefined, binary]);
  });
});
