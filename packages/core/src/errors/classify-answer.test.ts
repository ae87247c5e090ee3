import { describe, expect, test } from "vitest";
import { classifyAnswer } from "./classify-answer.ts";
import { outcomes, type Outcome } from "./outcome.ts";

const outcomeNames = Object.keys(outcomes) as Outcome[];

describe("over HTTP, the text of a real server", () => {
  test.each<[number, string, Outcome]>([
    [404, "Request for unknown model: 'nope' is not found", "not-found"],
    [400, "Request for unknown model: 'nope' is not found", "not-found"],
    [404, "Not Found", "not-found"],
    [400, "[request id: 7] expected 2 inputs but got 1 inputs for model 'm'.", "rejected"],
    [400, "inference request batch-size must be <= 64 for 'm'", "rejected"],
    [400, "inference header size should be in range (0, 14), got: 9999", "rejected"],
    [500, "Unable to parse 'data': Shape does not match true shape of 'data' field", "rejected"],
    [500, "failed to parse the request JSON buffer: Invalid value. at 1", "rejected"],
    [
      500,
      "Unable to parse 'priority': attempt to access JSON non-unsigned-integer as unsigned-integer",
      "rejected",
    ],
    [500, "ValueError : cannot reshape array of size 2 into shape (3,)", "rejected"],
    [500, "ValidationError : 1 validation error for InferenceResponse", "rejected"],
    [500, "the model's own message", "internal"],
    [500, "Internal Server Error", "internal"],
    [501, "HTTP end point doesn't support models with decoupled transaction policy", "unsupported"],
    [501, "Model versioning not supported yet.", "unsupported"],
    [405, "Method Not Allowed", "unsupported"],
    [503, "explicit model load / unload is not allowed if polling is enabled", "unsupported"],
    [
      400,
      "inference request to model 'm' must specify a non-zero or non-empty correlation ID",
      "rejected",
    ],
    [
      400,
      "inference request for sequence abc to model 'm' must specify the START flag on the first request of the sequence",
      "sequence-lost",
    ],
    [503, "timeout of the corresponding sequence has been expired", "sequence-lost"],
    [503, "[request id: 7] Exceeds maximum queue size", "overloaded"],
    [503, "Request timeout expired", "overloaded"],
    [429, "Too many requests", "overloaded"],
    [503, "Server exiting", "unavailable"],
    [503, "Request for m version 1 is not at ready state", "unavailable"],
    [504, "Not able to process the request in 3 seconds", "unavailable"],
    [403, "This API is restricted, expecting header 'token'", "unauthorized"],
    [422, "Field required", "rejected"],
    [400, "", "unavailable"],
  ])("%d %s means %s", (status, text, outcome) => {
    expect(classifyAnswer("http", status, text)).toBe(outcome);
  });
});

describe("over gRPC", () => {
  test.each<[number, string, Outcome]>([
    [14, "This protocol is restricted, expecting header 'triton-grpc-protocol-x'", "unauthorized"],
    [14, "GRPC server is shutting down and has stopped accepting new requests.", "unavailable"],
    [5, "Model nope with version  not found", "not-found"],
    [13, "cannot reshape array of size 3 into shape (2,4)", "rejected"],
    [13, "Internal server error", "internal"],
    [3, "", "rejected"],
    [8, "SERVER: Received message larger than max (67108912 vs. 8388608)", "rejected"],
    [12, "ModelInfer RPC doesn't support models with decoupled transaction policy", "unsupported"],
  ])("code %d %s means %s", (status, text, outcome) => {
    expect(classifyAnswer("grpc", status, text)).toBe(outcome);
  });
});

test("a known text is found in any case and anywhere", () => {
  expect(classifyAnswer("http", 500, "in ensemble 'e', EXCEEDS MAXIMUM QUEUE SIZE.")).toBe(
    "overloaded",
  );
});

test("a status that no row lists counts as rejected below 500 and as internal above", () => {
  expect([300, 418, 451].map((status) => classifyAnswer("http", status, "x"))).toEqual(
    Array.from({ length: 3 }, () => "rejected"),
  );
  expect([507, 520, 599].map((status) => classifyAnswer("http", status, "x"))).toEqual(
    Array.from({ length: 3 }, () => "internal"),
  );
  expect(classifyAnswer("grpc", 99, "x")).toBe("internal");
});

test("no status stands in two rows, and each row gives back its own outcome", () => {
  for (const column of ["http", "grpc"] as const) {
    const statuses = outcomeNames.flatMap((outcome) => outcomes[outcome][column]);
    expect(new Set(statuses).size).toBe(statuses.length);
    for (const outcome of outcomeNames) {
      const found = outcomes[outcome][column].map((status) => classifyAnswer(column, status, "x"));
      expect(found).toEqual(found.map(() => outcome));
    }
  }
});

test("only what waiting or another server can mend is retryable", () => {
  expect(outcomeNames.filter((outcome) => outcomes[outcome].retryable)).toEqual([
    "overloaded",
    "unavailable",
    "internal",
  ]);
});
