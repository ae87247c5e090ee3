import { describe, expect, it } from "vitest";
import {
  CircuitOpenError,
  ClosedError,
  DeadlineError,
  DecodeError,
  EncodeError,
  ServerError,
} from "../errors/errors.ts";
import type { Outcome } from "../errors/outcome.ts";
import { signalOf, type CircuitSignal } from "./circuit-signal.ts";
import { callWith, transportError } from "./layers.fixture.ts";

const answer = (outcome: Outcome, status: number): ServerError =>
  new ServerError("no", { outcome, status, serverText: "" });

describe("signalOf", () => {
  it.each<[string, unknown, CircuitSignal]>([
    ["a refused connection", transportError("not-sent"), "unreachable"],
    ["a connection cut after sending", transportError("unknown"), "failure"],
    ["a cut answer", transportError("answered"), "failure"],
    [
      "an attempt out of time",
      new DeadlineError("x", { bound: "attempt", delivery: "unknown" }),
      "faulty",
    ],
    ["an answer that lies", new DecodeError("x"), "faulty"],
    ["500 for one record", answer("internal", 500), "raised"],
    ["a proxy's 504", answer("unavailable", 504), "failure"],
    ["408", answer("unavailable", 408), "faulty"],
    ["gRPC DEADLINE_EXCEEDED", answer("unavailable", 4), "faulty"],
    ["503", answer("unavailable", 503), "failure"],
    ["gRPC UNAVAILABLE", answer("unavailable", 14), "failure"],
    ["a request that the server cancelled", answer("unavailable", 400), "neutral"],
    ["gRPC CANCELLED", answer("unavailable", 1), "neutral"],
    ["a full queue", answer("overloaded", 503), "neutral"],
    ["too many requests", answer("overloaded", 429), "neutral"],
    ["bad input", answer("rejected", 400), "neutral"],
    ["no permission", answer("unauthorized", 401), "neutral"],
    ["an unknown model", answer("not-found", 404), "neutral"],
    ["a decoupled model", answer("unsupported", 501), "neutral"],
    ["a lost sequence", answer("sequence-lost", 400), "neutral"],
    ["a record that does not fit", new EncodeError("x"), "neutral"],
    ["a closed transport", new ClosedError("x"), "neutral"],
    ["another circuit", new CircuitOpenError("x", { retryAfterMs: 1 }), "neutral"],
    ["a foreign error", new Error("x"), "neutral"],
  ])("%s", (_name, error, signal) => {
    expect(signalOf(error, callWith())).toBe(signal);
  });

  it("takes no 500 of a batch for a failure, for one of its records may be the cause", () => {
    expect(signalOf(answer("internal", 500), callWith({ rows: 2 }))).toBe("neutral");
    expect(signalOf(answer("unavailable", 503), callWith({ rows: 2 }))).toBe("failure");
  });

  it("takes the caller's abort for nothing and the end of the call's time for a fault", () => {
    const reason = transportError("unknown");
    expect(signalOf(reason, callWith({ signal: AbortSignal.abort(reason) }))).toBe("neutral");
    const late = new DeadlineError("x", { bound: "call", delivery: "unknown" });
    expect(signalOf(late, callWith({ signal: AbortSignal.abort(late) }))).toBe("faulty");
  });
});
