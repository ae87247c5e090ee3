import { expect, test } from "vitest";
import { EncodeError } from "../errors/errors.ts";
import { checkRequest } from "./check-request.ts";
import { reserved } from "./parameters.ts";
import type { InferenceRequest } from "./request.ts";

const check = (facts: Partial<InferenceRequest>) => () =>
  checkRequest({ model: { name: "m" }, inputs: [], ...facts });
const sequence = (id: string | bigint) => ({ sequence: { id, start: true, end: true } });

test.each([...Object.values(reserved), "triton_anything"])(
  "the parameter %s is refused",
  (name) => {
    expect(check({ parameters: { fine: 1, [name]: 1 } })).toThrow(EncodeError);
    expect(check({ parameters: { [name]: 1 } })).toThrow(`parameter "${name}"`);
  },
);

test.each<[string, Partial<InferenceRequest>]>([
  ["an empty sequence id", sequence("")],
  ["the sequence id 0", sequence(0n)],
  ["a negative sequence id", sequence(-1n)],
  ["a sequence id of 65 bits", sequence(2n ** 64n)],
  ["a sequence id of 129 bytes", sequence(`${"é".repeat(64)}x`)],
  ["a negative priority", { priority: -1 }],
  ["a priority that is not whole", { priority: 0.5 }],
  ["a queue timeout that is not a number", { queueTimeoutUs: Number.NaN }],
  ["no classes", { outputs: [{ name: "o", classification: 0 }] }],
])("%s is refused", (_, facts) => {
  expect(check(facts)).toThrow(EncodeError);
});

test.each<[string, Partial<InferenceRequest>]>([
  ["nothing but a model", {}],
  ["the largest sequence ids", sequence(2n ** 64n - 1n)],
  ["a sequence id of 128 bytes", sequence("é".repeat(64))],
  ["every number at its least", { priority: 0, queueTimeoutUs: 0 }],
  ["free parameter names", { parameters: { tritonish: 1, "": true } }],
  ["one class", { outputs: [{ name: "o", classification: 1 }] }],
])("%s passes", (_, facts) => {
  expect(check(facts)).not.toThrow();
});
