import { describe, expect, test, vi } from "vitest";
import {
  CircuitOpenError,
  ClosedError,
  DeadLetterError,
  DeadlineError,
  DecodeError,
  EncodeError,
  OptionsError,
  SequenceError,
  ServerError,
  TransportError,
  type AnyInferenceError,
  type ErrorCode,
} from "./errors.ts";
import { InferenceError } from "./inference-error.ts";

const every: readonly (readonly [AnyInferenceError, string, ErrorCode, string, boolean])[] = [
  [new OptionsError([]), "OptionsError", "options", "not-sent", false],
  [new EncodeError("x"), "EncodeError", "encode", "not-sent", false],
  [new DecodeError("x"), "DecodeError", "decode", "answered", false],
  [
    new TransportError("x", { delivery: "unknown", retryable: true }),
    "TransportError",
    "transport",
    "unknown",
    true,
  ],
  [
    new ServerError("x", { outcome: "overloaded", status: 429, serverText: "" }),
    "ServerError",
    "server",
    "answered",
    true,
  ],
  [
    new DeadlineError("x", { delivery: "unknown", bound: "call" }),
    "DeadlineError",
    "deadline",
    "unknown",
    false,
  ],
  [
    new CircuitOpenError("x", { retryAfterMs: 1 }),
    "CircuitOpenError",
    "circuit-open",
    "not-sent",
    true,
  ],
  [
    new SequenceError("x", { reason: "step-unknown", steps: 2, delivery: "unknown" }),
    "SequenceError",
    "sequence",
    "unknown",
    false,
  ],
  [new ClosedError("x"), "ClosedError", "closed", "not-sent", false],
  [
    new DeadLetterError(new TransportError("x", { delivery: "unknown", retryable: true }), "full"),
    "DeadLetterError",
    "dead-letter",
    "unknown",
    true,
  ],
];

describe.each(every)("%s", (error, name, code, delivery, retryable) => {
  test("says its name, code, delivery and whether to try again", () => {
    expect(error).toMatchObject({ name, code, delivery, retryable });
    expect(error).toBeInstanceOf(Error);
    expect(String(error).startsWith(name)).toBe(true);
  });

  test("is an inference error", () => {
    expect(InferenceError.is(error)).toBe(true);
  });
});

test("an error of another copy of the package is an inference error too", async () => {
  vi.resetModules();
  const copy = await import("./errors.ts");
  const { InferenceError: CopiedError } = await import("./inference-error.ts");
  const foreign = new copy.DecodeError("x");
  expect(foreign).not.toBeInstanceOf(DecodeError);
  expect(InferenceError.is(foreign)).toBe(true);
  expect(CopiedError.is(new DecodeError("x"))).toBe(true);
});

test("nothing else is an inference error", () => {
  for (const value of [new Error("x"), {}, null, undefined, "x", { code: "decode" }]) {
    expect(InferenceError.is(value)).toBe(false);
  }
});

test("options report every issue in one message", () => {
  const issues = [
    { option: "url", problem: "expected a URL, found text" },
    { option: "batch-size", problem: "expected a number, found text" },
  ];
  const error = new OptionsError(issues);
  expect(error.issues).toBe(issues);
  expect(error.message).toBe(
    "url: expected a URL, found text; batch-size: expected a number, found text",
  );
});

test("a server error is as retryable as its outcome unless told otherwise", () => {
  const facts = { status: 500, serverText: "boom" };
  expect(new ServerError("x", { ...facts, outcome: "internal" }).retryable).toBe(true);
  expect(new ServerError("x", { ...facts, outcome: "rejected" }).retryable).toBe(false);
  const told = new ServerError("x", { ...facts, outcome: "internal", retryable: false });
  expect([told.retryable, told.retryAfterMs]).toEqual([false, undefined]);
});

test("the foreign error behind an error is its cause, and absent where there is none", () => {
  const cause = new Error("socket");
  expect(new TransportError("x", { delivery: "unknown", cause }).cause).toBe(cause);
  expect("cause" in new DecodeError("x")).toBe(false);
});
