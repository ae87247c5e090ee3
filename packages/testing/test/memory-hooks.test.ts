import {
  createTensor,
  TransportError,
  type Call,
  type InferenceRequest,
} from "@nereid/core/transport-kit";
import { expect, it } from "vitest";
import { createMemoryTransport, createStandardModels } from "../src/index.ts";

const call: Call = { signal: new AbortController().signal, headers: {}, attempt: 1 };
const echo = (id: string): InferenceRequest => ({
  model: { name: "echo_fp32" },
  id,
  inputs: [createTensor("IN", "FP32", [1, 1], Float32Array.of(1))],
});

it("fails the next request as it is told, without executing it", async () => {
  await using transport = createMemoryTransport({ models: createStandardModels() });
  const error = new TransportError("gone", { delivery: "unknown", retryable: true });
  transport.failNext(error);
  await expect(transport.infer(echo("a"), call)).rejects.toBe(error);
  expect((await transport.infer(echo("b"), call)).id).toBe("b");
  expect(transport.requests.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(transport.host.ledger.map(({ ids }) => ids)).toEqual([["b"]]);
});

it("answers in the order that the gate decides", async () => {
  const gates = new Map<string | undefined, () => void>();
  await using transport = createMemoryTransport({
    models: createStandardModels(),
    gate: ({ id }) => new Promise((resolve) => void gates.set(id, resolve)),
  });
  const order: string[] = [];
  const answers = ["a", "b"].map((id) =>
    transport.infer(echo(id), call).then(() => order.push(id)),
  );
  gates.get("b")?.();
  await answers[1];
  gates.get("a")?.();
  await Promise.all(answers);
  expect(order).toEqual(["b", "a"]);
});

it("closes when what is under way has been answered, and not before", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const transport = createMemoryTransport({ models: createStandardModels(), gate: () => promise });
  const order: string[] = [];
  const answer = transport.infer(echo("a"), call).then(() => order.push("answer"));
  const closed = transport.close().then(() => order.push("closed"));
  resolve();
  await Promise.all([answer, closed]);
  expect(order).toEqual(["answer", "closed"]);
});

it("refuses with the server's own words", async () => {
  await using transport = createMemoryTransport({ models: createStandardModels() });
  const unknown = { ...echo("a"), model: { name: "nope" } };
  await expect(transport.infer(unknown, call)).rejects.toMatchObject({
    code: "server",
    status: 404,
    outcome: "not-found",
    serverText: "Request for unknown model: 'nope' is not found",
  });
});
