import type { Socket } from "node:net";
import { createTensor, type InferenceRequest } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import { inTurn, readAll } from "./stream.fixture.ts";
import {
  callWith,
  closed,
  httpAnswer,
  startWireServer,
  type Received,
  type Script,
} from "./wire-server.fixture.ts";

const tensor = (name: string): object => ({ name, datatype: "INT32", shape: [-1] });
const metadata = { name: "m", versions: ["1"], inputs: [tensor("IN")], outputs: [tensor("OUT")] };
const json = (value: object): Buffer => httpAnswer(200, [], JSON.stringify(value));

/** Answers questions about server and model; the rest is the test's. */
function behind(server: string, stream: Script): Script {
  return (socket, received) => {
    const [, path = ""] = received.head.split(" ");
    if (path === "/v2") socket.write(json({ name: server, version: "1", extensions: [] }));
    else if (path === "/v2/models/m") socket.write(json(metadata));
    else stream(socket, received);
  };
}

const request: InferenceRequest = {
  model: { name: "m" },
  id: "x",
  inputs: [createTensor("IN", "INT32", [1], Int32Array.of(1))],
};

/** A whole stream of the given text. */
const events = (text: string): Buffer => httpAnswer(200, ["Content-Type: text/event-stream"], text);

/** What a stream is of a server that answers like this. */
async function read(answer: string | Buffer, maxResponseBytes?: number) {
  const bytes = typeof answer === "string" ? events(answer) : answer;
  await using server = await startWireServer(behind("triton", (socket) => socket.write(bytes)));
  await using transport = createHttpTransport({
    endpoint: server.url,
    ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }),
  });
  return await readAll(transport.stream(inTurn(request), callWith()));
}

const flat = (out: string): string => `{"model_name":"m","id":"x","OUT":${out}}`;

describe("events of a stream", () => {
  it("are read as gateways rewrite them", async () => {
    const text = `\uFEFF: hello\r\nretry: 5\r\ndata: {"model_name":"m","id":"x",\r\ndata: "OUT":7}\r\n\r\n:\r\rdata:${flat("8")}\r\r`;
    expect(await read(text)).toEqual({ numbers: [7, 8], error: undefined });
  });

  it("are read whatever the pieces are that they come in", async () => {
    const text = `data: ${flat("7")}\r\n\r\n: é\ndata: ${flat("8")}\n\n`;
    const send = async (socket: Socket): Promise<void> => {
      socket.setNoDelay(true);
      for (const byte of events(text)) {
        socket.write(Uint8Array.of(byte));
        await new Promise(setImmediate);
      }
    };
    await using server = await startWireServer(behind("triton", (socket) => void send(socket)));
    await using transport = createHttpTransport({ endpoint: server.url });
    const ended = await readAll(transport.stream(inTurn(request), callWith()));
    expect(ended).toEqual({ numbers: [7, 8], error: undefined });
  });

  it("are not handed out behind an abort, though they came in one piece with others", async () => {
    const two = events(`data: ${flat("1")}\n\ndata: ${flat("2")}\n\n`);
    await using server = await startWireServer(behind("triton", (socket) => socket.write(two)));
    await using transport = createHttpTransport({ endpoint: server.url });
    const controller = new AbortController();
    const answers = transport.stream(inTurn(request), callWith(controller.signal));
    const iterator = answers[Symbol.asyncIterator]();
    await iterator.next();
    controller.abort("enough");
    await expect(iterator.next()).rejects.toBe("enough");
    expect(transport.poolStats.active).toBe(0);
  });

  it.each([
    ["of the type of errors", 'event: error\ndata: {"error":"too hot"}\n\n'],
    ["of the type of errors, as text", "event: error\ndata: too hot\n\n"],
    ["with an error", 'data: {"error":"too hot"}\n\n'],
  ])("%s are the server's errors", async (_what, text) => {
    const { numbers, error } = await read(`data: ${flat("1")}\n\n${text}`);
    expect(numbers).toEqual([1]);
    expect(error).toMatchObject({ code: "server", serverText: "too hot", retryable: false });
  });

  it.each([
    ["another model's answer", '{"model_name":"other","id":"x","OUT":1}', /of model "other"/],
    ["another request's answer", '{"model_name":"m","id":"y","OUT":1}', /request's id/],
    ["an answer without an id", '{"model_name":"m","OUT":1}', /request's id/],
    ["no output", '{"model_name":"m","id":"x"}', /expected outputs of the model/],
    ["an unknown tensor", '{"model_name":"m","id":"x","OUT":1,"B":[1]}', /expected "B"/],
    ["another kind of element", flat('"1"'), /an integer/],
    ["an element out of range", flat("2147483648"), /out of range/],
    ["an element that is null", flat("null"), /an integer/],
    ["an output twice", '{"model_name":"m","id":"x","OUT":1,"OUT":2}', /found one twice/],
    ["no JSON", "[DONE]", /expected/],
    ["a list", "[1]", /to be an object/],
  ])("that hold %s are refused", async (_what, data, message) => {
    const { numbers, error } = await read(`data: ${data}\n\n`);
    expect(numbers).toEqual([]);
    expect(error).toMatchObject({
      code: "decode",
      delivery: "answered",
      message: expect.stringMatching(message),
    });
  });

  it("that are refused close their connection, with what the server still sends", async () => {
    const refused = events("x".repeat(999)).toString("latin1").replace(/x+$/, "data: []\n\n");
    await using server = await startWireServer(behind("triton", (socket) => socket.write(refused)));
    await using transport = createHttpTransport({ endpoint: server.url });
    const { error } = await readAll(transport.stream(inTurn(request), callWith()));
    expect(error).toMatchObject({ code: "decode" });
    expect(transport.poolStats).toMatchObject({ active: 0, total: 0 });
    await closed(server.sockets[0]);
  });

  it("that are no UTF-8 are refused", async () => {
    const bytes = Buffer.from(`data: ${flat('"\xff"')}\n\n`, "latin1");
    const { error } = await read(httpAnswer(200, ["Content-Type: text/event-stream"], bytes));
    expect(error).toMatchObject({ code: "decode", message: expect.stringMatching(/UTF-8/) });
  });

  it("of any number may be longer together than the limit for one", async () => {
    // The model's metadata have to fit as well.
    const event = `data: ${flat(`[${"1,".repeat(99)}1]`)}\n\n`;
    expect((await read(event.repeat(9), event.length)).numbers).toHaveLength(9);
    const tooLong = `data: ${flat(`[${"1,".repeat(199)}1]`)}\n\n`;
    const { numbers, error } = await read(event + tooLong, event.length);
    expect(numbers).toEqual([1]);
    expect(error).toMatchObject({ code: "decode", message: expect.stringMatching(/at most/) });
  });

  it("that are not complete at the end are not lost without a word", async () => {
    const { numbers, error } = await read(`data: ${flat("1")}\n\ndata: ${flat("2")}\n`);
    expect(numbers).toEqual([1]);
    expect(error).toMatchObject({ code: "decode" });
  });

  it.each([
    ["a page of a proxy", ["Content-Type: text/html"]],
    ["no content type", []],
    ["something like events", ["Content-Type: text/event-streams"]],
    ["something like that", ["Content-Type: application/x-text/event-stream"]],
    ["compressed events", ["Content-Type: text/event-stream", "Content-Encoding: gzip"]],
  ])("are not looked for in %s", async (_what, headers) => {
    const { error } = await read(httpAnswer(200, headers, "<html>\n\n"));
    expect(error).toMatchObject({ code: "decode", delivery: "answered" });
  });
});

describe("events that are V2 messages", () => {
  const outputs = '[{"name":"OUT","shape":[1],"datatype":"INT32","data":[5]}]';
  const whole = `data: {"model_name":"m","id":"x","parameters":{"headers":{"a":"b"}},"outputs":${outputs}}\n\n`;

  it("are understood of any server", async () => {
    expect(await read(whole)).toEqual({ numbers: [5], error: undefined });
  });

  it("answer V2 messages at a server that takes no other", async () => {
    const seen: Received[] = [];
    await using server = await startWireServer(
      behind("mlserver", (socket, received) => {
        seen.push(received);
        socket.write(events(whole));
      }),
    );
    await using transport = createHttpTransport({ endpoint: server.url });
    const { numbers } = await readAll(transport.stream(inTurn(request), callWith()));
    expect(numbers).toEqual([5]);
    expect(JSON.parse(seen[0]?.body.toString() ?? "")).toEqual({
      id: "x",
      inputs: [{ name: "IN", datatype: "INT32", shape: [1], data: [1] }],
    });
  });
});
