import { expect, test } from "vitest";
import { isModelGone } from "./classify-gone.ts";
import { ServerError, TransportError } from "./errors.ts";
import type { Outcome } from "./outcome.ts";

const says = (outcome: Outcome, serverText: string): ServerError =>
  new ServerError(serverText, { outcome, serverText, status: 0 });

test.each<[Outcome, string]>([
  ["not-found", "Request for unknown model: 'm' has no available versions"],
  ["not-found", "Request for unknown model: 'm' version 1 is not at ready state"],
  ["not-found", "Model m not found"],
  ["unavailable", "Request for m version 1 IS NOT AT READY STATE"],
  ["unavailable", "Model with name m is not ready."],
])("%s, %s: the model is gone", (outcome, text) => {
  expect(isModelGone(says(outcome, text))).toBe(true);
});

test.each<[Outcome, string]>([
  ["unavailable", "Server exiting"],
  ["overloaded", "Exceeds maximum queue size"],
  ["rejected", "the input is not ready"],
  ["internal", "the model's own message has no available versions"],
])("%s, %s: the model is there", (outcome, text) => {
  expect(isModelGone(says(outcome, text))).toBe(false);
});

test("a connection that breaks says nothing of the model", () => {
  expect(isModelGone(new TransportError("is not ready", { delivery: "unknown" }))).toBe(false);
});
