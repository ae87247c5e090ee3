import { expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import { createTensor } from "../tensor/tensor.ts";
import { checkResponse } from "./check-response.ts";
import type { InferenceRequest } from "./request.ts";
import type { InferenceResponse } from "./response.ts";

const tensor = (name: string) => createTensor(name, "FP32", [1], new Float32Array(1));
const request: InferenceRequest = {
  model: { name: "m", version: "1" },
  inputs: [],
  outputs: [{ name: "a" }, { name: "b" }],
};
const response: InferenceResponse = {
  modelName: "m",
  modelVersion: "1",
  id: "r1",
  outputs: [tensor("b"), tensor("a"), tensor("c")],
};

test("the answer to the request is given back as it is, in any order, with outputs to spare", () => {
  expect(checkResponse(request, "r1", response)).toBe(response);
});

test.each<[string, Partial<InferenceResponse>]>([
  ["the model's name", { modelName: "" }],
  ["other outputs than asked for", { outputs: [tensor("a"), tensor("b")] }],
])("an answer without %s is believed", (_, facts) => {
  expect(() => checkResponse(request, "r1", { ...response, ...facts })).not.toThrow();
});

test("any version answers a request that pins none, and an unnamed version one that does", () => {
  const { modelVersion: _, ...unversioned } = response;
  const free = { ...request, model: { name: "m" } };
  expect(() => checkResponse(free, "r1", { ...response, modelVersion: "7" })).not.toThrow();
  expect(() => checkResponse(request, "r1", unversioned)).not.toThrow();
});

test.each<[string, Partial<InferenceResponse>, string]>([
  ["another model", { modelName: "n" }, 'found one of model "n"'],
  ["another id", { id: "r2" }, "the request's id, found another"],
  ["another version", { modelVersion: "2" }, "expected version 1, found version 2"],
  ["no output", { outputs: [] }, 'expected output "a", found none'],
  ["an output too few", { outputs: [tensor("a")] }, 'expected output "b", found "a"'],
  ["an output twice", { outputs: [tensor("a"), tensor("b"), tensor("b")] }, '"b" once'],
])("P12: an answer with %s is refused", (_, facts, message) => {
  const check = () =>
    checkResponse(request, "r1", { ...response, ...facts }, { idRequired: false });
  expect(check).toThrow(DecodeError);
  expect(check).toThrow(message);
});

test("an answer without an id is believed only where that is allowed", () => {
  const { id: _, ...anonymous } = response;
  expect(() => checkResponse(request, "r1", anonymous)).toThrow("found none");
  expect(checkResponse(request, "r1", anonymous, { idRequired: false })).toBe(anonymous);
});
