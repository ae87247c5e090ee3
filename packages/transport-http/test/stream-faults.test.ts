import { inspect } from "node:util";
import { TransportError } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import {
  askNumber,
  createCountingModel,
  inTurn,
  numberOf,
  readAll,
  startModels,
} from "./stream.fixture.ts";
import { callWith } from "./wire-server.fixture.ts";

const reason = new Error("the caller's own reason");
/** `data: {"OUT":0,"model_name":"repeat","model_version":"1","id":"x"}` and two line feeds. */
const eventBytes = 'data: {"OUT":0,"id":"x","model_name":"repeat","model_version":"1"}\n\n'.length;

describe("a stream that breaks off", () => {
  it.each([
    { what: "behind the headers", kind: "cut", afterBytes: 0, numbers: [] },
    { what: "within the first event", kind: "cut", afterBytes: 20, numbers: [] },
    { what: "within the second event", kind: "cut", afterBytes: eventBytes + 9, numbers: [0] },
    { what: "behind the second event", kind: "cut", afterBytes: 2 * eventBytes, numbers: [0, 1] },
    { what: "in good order of TCP", kind: "truncate", afterBytes: eventBytes, numbers: [0] },
  ] as const)("$what fails behind the answers that came", async ({ kind, afterBytes, numbers }) => {
    await using server = await startModels();
    server.failNext({ kind, afterBytes });
    await using transport = createHttpTransport({ endpoint: server.url });
    const ended = await readAll(transport.stream(inTurn(askNumber("repeat", 9, "x")), callWith()));
    // A reset may overtake what was sent before it; what was read is a beginning of the answers all the same.
    expect(numbers.slice(0, ended.numbers.length)).toEqual(ended.numbers);
    expect(ended.error).toBeInstanceOf(TransportError);
    expect(ended.error).toMatchObject({
      delivery: "unknown",
      retryable: ended.numbers.length === 0,
    });
    expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(transport.poolStats.total).toBe(0);
  });

  it("before an answer may be repeated by the caller", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    server.failNext({ kind: "reset" });
    const failed = await readAll(transport.stream(inTurn(askNumber("repeat", 1)), callWith()));
    expect(failed.error).toMatchObject({ code: "transport", delivery: "unknown", retryable: true });
    const { numbers } = await readAll(transport.stream(inTurn(askNumber("repeat", 1)), callWith()));
    expect(numbers).toEqual([0]);
  });
});

describe("no error of a stream repeats a secret", () => {
  const canary = "canary-5f2b";
  it.each([
    ["a refusal", { kind: "status", status: 401, text: "no" }],
    ["a failure", { kind: "status", status: 503, text: "busy" }],
    ["a reset", { kind: "reset" }],
    ["a body that breaks off", { kind: "cut", afterBytes: 20 }],
  ] as const)("of %s", async (_what, fault) => {
    await using server = await startModels();
    server.failNext(fault);
    await using transport = createHttpTransport({
      endpoint: server.url,
      authToken: canary,
      customHeaders: { "x-key": canary },
    });
    const { error } = await readAll(transport.stream(inTurn(askNumber("repeat", 1)), callWith()));
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(canary);
    const [sent] = server.requests.filter(({ method }) => method === "POST");
    expect(sent?.headers["authorization"]).toBe(`Bearer ${canary}`);
  });
});

describe("an error of a stream", () => {
  it("to a server that is not there says that nothing was sent", async () => {
    const server = await startModels();
    await server.close();
    await using transport = createHttpTransport({ endpoint: server.url });
    const { error } = await readAll(transport.stream(inTurn(askNumber("repeat", 1)), callWith()));
    expect(error).toMatchObject({ code: "transport", delivery: "not-sent", retryable: true });
  });

  it("behind answers is the server's and not retryable", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const requests = inTurn(askNumber("repeat", -2), askNumber("repeat", 1));
    const { numbers, error } = await readAll(transport.stream(requests, callWith()));
    expect(numbers).toEqual([0, 1]);
    expect(error).toMatchObject({
      code: "server",
      status: 200,
      outcome: "internal",
      serverText: "the model failed behind its answers",
      retryable: false,
      delivery: "answered",
    });
    expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("in the place of the first answer has its own text and status", async () => {
    const failing = createCountingModel();
    await using server = await startModels({
      ...failing,
      async *decoupled() {
        yield { error: "no tokens left" };
      },
    });
    await using transport = createHttpTransport({ endpoint: server.url });
    const { error } = await readAll(transport.stream(inTurn(askNumber("counting", 1)), callWith()));
    expect(error).toMatchObject({ code: "server", status: 400, serverText: "no tokens left" });
  });

  it.each([
    [404, "Request for unknown model: 'm' is not found", "not-found", false],
    [503, "busy", "unavailable", true],
    [429, "", "overloaded", true],
  ] as const)("of status %i is that of an inference", async (status, text, outcome, retryable) => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    server.failNext({ kind: "status", status, text, headers: { "retry-after": "2" } });
    const { error } = await readAll(transport.stream(inTurn(askNumber("repeat", 1)), callWith()));
    expect(error).toMatchObject({ code: "server", status, outcome, retryable, retryAfterMs: 2000 });
  });

  it("about an unknown model comes before anything is streamed", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const { error } = await readAll(transport.stream(inTurn(askNumber("nope", 1)), callWith()));
    expect(error).toMatchObject({ code: "server", status: 404, outcome: "not-found" });
    expect(server.requests.filter(({ method }) => method === "POST")).toEqual([]);
  });

  it("tells a caller who sends what the form cannot say", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const requests = inTurn(askNumber("repeat", 1), { ...askNumber("repeat", 1), priority: 1 });
    const { numbers, error } = await readAll(transport.stream(requests, callWith()));
    expect(numbers).toEqual([0]);
    expect(error).toMatchObject({ code: "encode", delivery: "not-sent" });
  });
});

describe("an abort of a stream", () => {
  it("before its first answer sends nothing", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const call = callWith(AbortSignal.abort(reason));
    const { error } = await readAll(transport.stream(inTurn(askNumber("repeat", 1)), call));
    expect(error).toBe(reason);
    expect(server.requests).toEqual([]);
  });

  it("in line for a connection takes it out of the line", async () => {
    const model = createCountingModel();
    await using server = await startModels(model);
    await using transport = createHttpTransport({
      endpoint: server.url,
      connectionPoolMaxTotal: 1,
      connectionPoolMaxIdle: 1,
    });
    const ask = () => inTurn(askNumber("counting", 1));
    const first = transport.stream(ask(), callWith())[Symbol.asyncIterator]();
    await first.next();
    const controller = new AbortController();
    const second = readAll(transport.stream(ask(), callWith(controller.signal)));
    while (transport.poolStats.queued === 0) await new Promise(setImmediate);
    controller.abort(reason);
    expect((await second).error).toBe(reason);
    expect(transport.poolStats).toEqual({ idle: 0, active: 1, queued: 0, total: 1 });
    await first.return?.();
  });

  it("before the answer begins closes the connection", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const controller = new AbortController();
    server.setFaults(({ method }) => {
      if (method !== "POST") return undefined;
      controller.abort(reason);
      return { kind: "hang" };
    });
    const { error } = await readAll(
      transport.stream(inTurn(askNumber("repeat", 1)), callWith(controller.signal)),
    );
    expect(error).toBe(reason);
    expect(transport.poolStats.total).toBe(0);
  });

  it("while an answer is awaited reaches the model", async () => {
    const model = createCountingModel();
    await using server = await startModels(model);
    await using transport = createHttpTransport({ endpoint: server.url });
    const controller = new AbortController();
    const answers = transport.stream(inTurn(askNumber("counting", 1)), callWith(controller.signal));
    const iterator = answers[Symbol.asyncIterator]();
    await iterator.next();
    const pending = expect(iterator.next()).rejects.toBe(reason);
    controller.abort(reason);
    await pending;
    await model.left;
  });

  it("between two answers hands out no more of them", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const controller = new AbortController();
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      const call = callWith(controller.signal);
      for await (const answer of transport.stream(inTurn(askNumber("repeat", 50)), call)) {
        seen.push(numberOf(answer));
        controller.abort(reason);
      }
    };
    await expect(read()).rejects.toBe(reason);
    expect(seen).toEqual([0]);
    expect(transport.poolStats.active).toBe(0);
  });

  it("while a request is awaited ends the wait", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const controller = new AbortController();
    async function* requests() {
      yield askNumber("repeat", 1);
      controller.abort(reason);
      await new Promise<never>(() => {});
    }
    const ended = await readAll(transport.stream(requests(), callWith(controller.signal)));
    expect(ended).toEqual({ numbers: [0], error: reason });
  });
});
