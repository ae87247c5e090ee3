import { afterEach, beforeEach, expect, it } from "vitest";
import { createStandardModels, startV2Server, type V2Server } from "../src/index.ts";
import { inference, sendRaw } from "./raw-http.fixture.ts";

const echo = inference("echo_fp32", {
  id: "a",
  inputs: [{ name: "IN", datatype: "FP32", shape: [1, 1], data: [1] }],
});

let server: V2Server;

beforeEach(async () => {
  server = await startV2Server({ models: createStandardModels() });
});

afterEach(() => server.close());

it("applies a planned fault to one inference, and not to a question about health", async () => {
  server.failNext({ kind: "status", status: 503, text: "busy", headers: { "retry-after": "1" } });
  expect((await sendRaw(server.url, { path: "/v2/health/ready" })).status).toBe(200);
  const failed = await sendRaw(server.url, echo);
  expect([failed.status, failed.headers["retry-after"], failed.body.toString()]).toEqual([
    503,
    "1",
    '{"error":"busy"}',
  ]);
  expect((await sendRaw(server.url, echo)).status).toBe(200);
  expect(server.host.ledger).toHaveLength(1);
});

it("applies planned faults in their order", async () => {
  for (const status of [500, 502]) server.failNext({ kind: "status", status, text: "no" });
  const first = await sendRaw(server.url, echo);
  const second = await sendRaw(server.url, echo);
  expect([first.status, second.status]).toEqual([500, 502]);
});

it.each([
  ["a reset", { kind: "reset" }, 0],
  ["a cut behind the headers", { kind: "cut", afterBytes: 0 }, 1],
  ["a cut inside the body", { kind: "cut", afterBytes: 9 }, 1],
  ["a truncated body", { kind: "truncate", afterBytes: 9 }, 1],
  ["garbage", { kind: "garbage" }, 0],
] as const)("breaks the exchange by %s, having executed %#", async (_what, fault, executed) => {
  server.failNext(fault);
  await expect(sendRaw(server.url, echo)).rejects.toThrow(/\S/);
  expect(server.host.ledger).toHaveLength(executed);
});

it("holds an answer back until it is told to go on", async () => {
  const { promise: until, resolve } = Promise.withResolvers<void>();
  server.failNext({ kind: "late", until });
  const order: string[] = [];
  const late = sendRaw(server.url, echo).then(() => order.push("late"));
  await sendRaw(server.url, echo).then(() => order.push("other"));
  resolve();
  await late;
  expect(order).toEqual(["other", "late"]);
});

it("answers under another id", async () => {
  server.failNext({ kind: "wrong-id" });
  expect((await sendRaw(server.url, echo)).body.toString()).toContain('"id":"~"');
});

it("chooses faults by the request and its number, until that ends", async () => {
  const seen: string[] = [];
  server.setFaults(({ method, path }, index) => {
    seen.push(`${index} ${method} ${path}`);
    return index === 0 ? { kind: "status", status: 500, text: "no" } : undefined;
  });
  expect((await sendRaw(server.url, { path: "/v2" })).status).toBe(500);
  expect((await sendRaw(server.url, { path: "/v2" })).status).toBe(200);
  server.setFaults(undefined);
  await sendRaw(server.url, { path: "/v2" });
  expect(seen).toEqual(["0 GET /v2", "1 GET /v2"]);
  expect([server.requests.length, server.connections]).toEqual([3, 3]);
});
