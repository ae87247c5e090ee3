import { inspect } from "node:util";
import { createModel, float32, type LayerEvent } from "@nereid/core";
import { createTensor } from "@nereid/core/transport-kit";
import type { ModelAnswer, ServerModel } from "@nereid/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createHttpTransport, type HttpTransport } from "../src/index.ts";
import { askNumber, inTurn, readAll, startModels } from "./stream.fixture.ts";
import {
  callWith,
  goodBody,
  httpAnswer,
  idOf,
  request,
  startWireServer,
  type Received,
  type Script,
} from "./wire-server.fixture.ts";

const canary = "canary-5b1e77d0";
const secrets = { authToken: canary, customHeaders: { "x-key": `${canary}-key` } };

/** Everything that a person or a log may see of a thing. */
function everythingOf(thing: unknown): string {
  const own = thing instanceof Error ? [thing.message, thing.stack, JSON.stringify(thing)] : [];
  return [inspect(thing, { depth: 20, showHidden: true }), String(thing), ...own].join("\n");
}

const binaryHeader = (json: string): string[] => [
  `Inference-Header-Content-Length: ${json.length}`,
];

/** A good answer in which the server quotes what it heard, in the place of `part`. */
const goodBut = (part: string) => (received: Received, quoted: string) => {
  const { json, body } = goodBody(idOf(received));
  const changed = json.replace(part, JSON.stringify(quoted));
  const tail = body.subarray(json.length);
  return httpAnswer(200, binaryHeader(changed), Buffer.concat([Buffer.from(changed), tail]));
};

const refused =
  (status: number) =>
  (_received: Received, quoted: string): Buffer =>
    httpAnswer(status, [], JSON.stringify({ error: `refused ${quoted}` }));

/** Servers that quote the credentials that they were sent, wherever a text of theirs can stand. */
const quoting: Readonly<Record<string, (received: Received, quoted: string) => Buffer>> = {
  ...Object.fromEntries([400, 401, 403, 404, 429, 500, 503].map((code) => [code, refused(code)])),
  "a page": (_received, quoted) => httpAnswer(502, [], `<html><p>${quoted}</p></html>`),
  "a redirect": (_received, quoted) =>
    httpAnswer(307, [`Location: http://127.0.0.1:9/?${encodeURIComponent(quoted)}`], quoted),
  "an error in an answer": (_received, quoted) =>
    httpAnswer(200, [], JSON.stringify({ error: quoted })),
  "broken JSON": (_received, quoted) => httpAnswer(200, [], `{"id":${quoted}`),
  "another id": (_received, quoted) => {
    const { json, body } = goodBody(quoted);
    return httpAnswer(200, binaryHeader(json), body);
  },
  "another model": goodBut('"m"'),
  "another datatype": goodBut('"FP32"'),
  "no HTTP": (_received, quoted) => Buffer.from(`${quoted}\r\n\r\n`),
  "a header": (_received, quoted) =>
    httpAnswer(200, [`Inference-Header-Content-Length: ${quoted}`], "{}"),
  "a coding": (_received, quoted) => httpAnswer(200, [`Content-Encoding: ${quoted}`], "{}"),
};

/** What a model that takes and gives one number is described by. */
const askedForNumber = {
  name: "quoting",
  maxBatchRows: 0,
  inputs: [{ name: "IN", datatype: "INT32", shape: [1] }],
  outputs: [{ name: "OUT", datatype: "INT32", shape: [1] }],
} as const;

const credentialsIn = ({ head }: Received): string =>
  /authorization: Bearer (.*)/.exec(head)?.[1] ?? "";

const others: Readonly<Record<string, Script>> = {
  "a reset": (socket) => socket.resetAndDestroy(),
  "an end": (socket) => socket.end(),
  "half an answer": (socket, received) => {
    socket.end(refused(500)(received, credentialsIn(received)).subarray(0, -4));
  },
};

const scripts: readonly (readonly [string, Script])[] = [
  ...Object.entries(quoting).map(([name, answer]): [string, Script] => [
    name,
    (socket, received) => socket.end(answer(received, credentialsIn(received))),
  ]),
  ...Object.entries(others),
];

async function failureOf(transport: HttpTransport): Promise<unknown> {
  return transport.infer(request, callWith()).then(
    () => undefined,
    (error: unknown) => error,
  );
}

afterEach(() => vi.restoreAllMocks());

describe("credentials", () => {
  it.each(scripts)(
    "P18: are in nothing that a server causes that answers with %s",
    async (_what, script) => {
      const printed: string[] = [];
      for (const stream of [process.stdout, process.stderr]) {
        vi.spyOn(stream, "write").mockImplementation((text) => printed.push(String(text)) > 0);
      }
      await using server = await startWireServer(script);
      await using transport = createHttpTransport({
        endpoint: server.url,
        binaryData: true,
        connectionPoolMonitoringEnabled: true,
        log: (line) => printed.push(line),
        ...secrets,
      });
      const failed = await failureOf(transport);
      expect(server.requests[0]?.head).toContain(canary);
      expect(failed).toBeInstanceOf(Error);
      expect(everythingOf(failed)).not.toContain(canary);
      expect(everythingOf(transport)).not.toContain(canary);
      expect(printed.join("")).not.toContain(canary);
    },
  );

  it("from a function are in no refusal that quotes them, which also makes them forgotten", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(refused(401)(received, credentialsIn(received))),
    );
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      authToken: async () => canary,
    });
    const failed = await failureOf(transport);
    expect(failed).toMatchObject({ status: 401, serverText: "refused [redacted]" });
    expect(everythingOf(failed)).not.toContain(canary);
  });

  it.each(["generate", "stream"] as const)(
    "are in no error that a text of %s quotes",
    async (way) => {
      const refusal: ModelAnswer = { error: `out of tokens for ${canary}` };
      const execute: ServerModel["execute"] = (requests) => requests.map(() => refusal);
      const decoupled = async function* (): AsyncGenerator<ModelAnswer> {
        yield [createTensor("OUT", "INT32", [1], Int32Array.of(1))];
        yield refusal;
      };
      const answering = way === "stream" ? { execute, decoupled } : { execute };
      await using server = await startModels({ ...askedForNumber, ...answering });
      await using transport = createHttpTransport({ endpoint: server.url, ...secrets });
      const asked = askNumber("quoting", 1);
      const failed =
        way === "stream"
          ? (await readAll(transport.stream(inTurn(asked), callWith()))).error
          : await transport.generate(asked, callWith()).catch((error: unknown) => error);
      expect(failed).toMatchObject({ serverText: "out of tokens for [redacted]" });
      expect(everythingOf(failed)).not.toContain(canary);
    },
  );

  it("are in nothing that is observed, nor in dead letters, nor in the model", async () => {
    const seen: unknown[] = [];
    const tensor = (name: string) => ({ name, datatype: "FP32", shape: [-1, 1] });
    const metadata = { name: "m", inputs: [tensor("x")], outputs: [tensor("y")] };
    await using server = await startWireServer((socket, received) => {
      const isQuestion = received.head.startsWith("GET");
      if (!isQuestion) socket.write(refused(500)(received, credentialsIn(received)));
      else if (received.head.includes("/v2/models/m ")) {
        socket.write(httpAnswer(200, [], JSON.stringify(metadata)));
      } else socket.write(httpAnswer(200, [], '{"name":"triton","extensions":[]}'));
    });
    await using model = await createModel({
      transport: createHttpTransport({ endpoint: server.url, binaryData: true, ...secrets }),
      model: "m",
      inputs: { x: float32() },
      outputs: { y: float32() },
      batchDimension: true,
      maxRetries: 1,
      retryInitialBackoff: 1,
      circuitBreakerEnabled: true,
      onError: "dead-letter",
      onDeadLetter: (letter) => void seen.push(letter),
      observe: (event: LayerEvent) => void seen.push(event),
    });
    for await (const settled of model.settleAll([{ x: 1 }])) seen.push(settled);
    seen.push(model);
    expect(seen.length).toBeGreaterThanOrEqual(6);
    expect(seen.map(everythingOf).join("\n")).not.toContain(canary);
  });

  it("that do not fit, and endpoints that hold some, are refused without being repeated", () => {
    const endpoint = "http://127.0.0.1:1";
    const wrong: readonly object[] = [
      { endpoint, authToken: `${canary}\n` },
      { endpoint, customHeaders: { "x-key": `${canary}\0` } },
      { endpoint, customHeaders: { [`bad ${canary}`]: "x" } },
      { endpoint: `http://user:${canary}@127.0.0.1:1` },
      { endpoint: `http://127.0.0.1:1/?key=${canary}` },
      { endpoint: "https://127.0.0.1:1", tlsKey: `-----BEGIN ${canary}`, tlsCert: canary },
    ];
    for (const options of wrong) {
      let refusal: unknown;
      try {
        createHttpTransport({ endpoint, ...options });
      } catch (error) {
        refusal = error;
      }
      expect(refusal).toMatchObject({ code: "options" });
      expect(everythingOf(refusal)).not.toContain(canary);
    }
  });
});
