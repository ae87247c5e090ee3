import { DeadlineError } from "@nereid/core/transport-kit";
import { createVirtualClock } from "@nereid/testing";
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

describe("a stream", () => {
  it("yields every answer to every request, in order, over one connection", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const requests = inTurn(
      askNumber("repeat", 3, "a"),
      askNumber("repeat", 0, "b"),
      askNumber("repeat", 2, "c"),
    );
    const seen: string[] = [];
    for await (const answer of transport.stream(requests, callWith())) {
      seen.push(`${answer.id}${numberOf(answer)}`);
    }
    expect(seen).toEqual(["a0", "a1", "a2", "c0", "c1"]);
    expect(server.connections).toBe(1);
    expect(transport.poolStats).toEqual({ idle: 1, active: 0, queued: 0, total: 1 });
  });

  it("has one answer of a model that is not decoupled", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const { numbers, error } = await readAll(
      transport.stream(inTurn(askNumber("version", 1)), callWith()),
    );
    expect({ numbers, error }).toEqual({ numbers: [2], error: undefined });
  });

  it("does nothing before its first answer is asked for", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const answers = transport.stream(inTurn(askNumber("repeat", 1)), callWith());
    await answers[Symbol.asyncIterator]().return?.();
    expect(server.requests).toEqual([]);
  });

  it("asks for a request when the answers to the one before have been read", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    let asked = 0;
    async function* requests() {
      for (; asked < 2; asked += 1) yield askNumber("repeat", 2);
    }
    const seen: number[] = [];
    for await (const _answer of transport.stream(requests(), callWith())) seen.push(asked);
    expect(seen).toEqual([0, 0, 1, 1]);
  });

  it("holds back a server whose answers nobody reads", async () => {
    const model = createCountingModel();
    await using server = await startModels(model);
    await using transport = createHttpTransport({ endpoint: server.url });
    const answers = transport.stream(inTurn(askNumber("counting", 4000)), callWith());
    const iterator = answers[Symbol.asyncIterator]();
    await iterator.next();
    // Turns of the event loop let the server fill what the operating system takes, and no more.
    for (let before = -1; before !== model.state.given;) {
      before = model.state.given;
      for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
    }
    expect(model.state.given).toBeLessThan(2000);
    await iterator.return?.();
    await model.left;
  });

  it("closes the exchange when its reader leaves, and tells its source", async () => {
    const model = createCountingModel();
    await using server = await startModels(model);
    await using transport = createHttpTransport({ endpoint: server.url });
    let isSourceLeft = false;
    async function* requests() {
      try {
        yield askNumber("counting", 5);
      } finally {
        isSourceLeft = true;
      }
    }
    for await (const _answer of transport.stream(requests(), callWith())) break;
    await model.left;
    expect(isSourceLeft).toBe(true);
    expect(transport.poolStats.total).toBe(0);
  });

  it("ends an answer under way when its reader leaves", async () => {
    const model = createCountingModel();
    await using server = await startModels(model);
    await using transport = createHttpTransport({ endpoint: server.url });
    const answers = transport.stream(inTurn(askNumber("counting", 1)), callWith());
    const iterator = answers[Symbol.asyncIterator]();
    await iterator.next();
    const pending = iterator.next();
    await iterator.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    await model.left;
  });

  it("throws what its source throws, as it is", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const reason = new Error("the source's own");
    async function* requests() {
      yield askNumber("repeat", 1);
      throw reason;
    }
    const { numbers, error } = await readAll(transport.stream(requests(), callWith()));
    expect(numbers).toEqual([0]);
    expect(error).toBe(reason);
  });
});

describe("the deadline of a stream", () => {
  it("ends it between answers", async () => {
    const model = createCountingModel();
    await using server = await startModels(model);
    const clock = createVirtualClock();
    await using transport = createHttpTransport({ endpoint: server.url, clock });
    const call = { ...callWith(), deadline: clock.now() + 50 };
    const answers = transport.stream(inTurn(askNumber("counting", 1)), call);
    const iterator = answers[Symbol.asyncIterator]();
    await iterator.next();
    const pending = iterator.next().then(
      () => undefined,
      (error: unknown) => error,
    );
    await clock.advance(50);
    const error = await pending;
    expect(error).toBeInstanceOf(DeadlineError);
    expect(error).toMatchObject({ bound: "call", delivery: "unknown", retryable: false });
    await model.left;
  });

  it("in the past sends nothing", async () => {
    await using server = await startModels();
    const clock = createVirtualClock();
    await using transport = createHttpTransport({ endpoint: server.url, clock });
    const call = { ...callWith(), deadline: clock.now() };
    const { error } = await readAll(transport.stream(inTurn(askNumber("repeat", 1)), call));
    expect(error).toBeInstanceOf(DeadlineError);
    expect(error).toMatchObject({ delivery: "not-sent" });
    expect(server.requests).toEqual([]);
  });
});

describe("closing a transport with a stream", () => {
  it("waits for the answers under way and refuses the next request", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const requests = inTurn(askNumber("repeat", 2), askNumber("repeat", 1));
    const iterator = transport.stream(requests, callWith())[Symbol.asyncIterator]();
    await iterator.next();
    const closed = transport.close();
    expect((await iterator.next()).done).toBe(false);
    await expect(iterator.next()).rejects.toMatchObject({ code: "closed", delivery: "not-sent" });
    await closed;
  });

  it("lets a stream end in good order whose source has come to its end", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const answers = transport.stream(inTurn(askNumber("repeat", 1)), callWith());
    const iterator = answers[Symbol.asyncIterator]();
    await iterator.next();
    const closed = transport.close();
    expect((await iterator.next()).done).toBe(true);
    await closed;
  });

  it("does not wait for a source that has nothing", async () => {
    await using server = await startModels();
    await using transport = createHttpTransport({ endpoint: server.url });
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const pending = readAll(transport.stream(silent, callWith()));
    await transport.close();
    expect((await pending).error).toMatchObject({ code: "closed" });
  });

  it("refuses a stream that begins later", async () => {
    await using server = await startModels();
    const transport = createHttpTransport({ endpoint: server.url });
    await transport.close();
    const { error } = await readAll(transport.stream(inTurn(askNumber("repeat", 1)), callWith()));
    expect(error).toMatchObject({ code: "closed", delivery: "not-sent" });
  });
});
