import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import { datatypeNames, datatypes } from "../tensor/datatypes.ts";
import { rawBytes } from "../tensor/raw.ts";
import { anyTensor, anyTensorOf } from "../tensor/tensor.fixture.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { joinMessage } from "./message.fixture.ts";
import type { InferenceRequest, Parameters } from "./request.ts";
import type { InferenceResponse } from "./response.ts";

const jsonNames = datatypeNames.filter((name) => datatypes[name].json);

/** Tensors with names of their own: text, so the form can be either, or any bytes. */
function anyTensors(forJson: boolean): fc.Arbitrary<Tensor[]> {
  const names = forJson ? jsonNames : datatypeNames;
  return fc
    .array(anyTensor(names, { forJson }), { maxLength: 4 })
    .map((tensors) => tensors.map((tensor, index) => ({ ...tensor, name: `tensor "${index}"é` })));
}

const anyName = fc.string({ minLength: 1, maxLength: 8 });
const anyParameters: fc.Arbitrary<Parameters> = fc.dictionary(
  anyName.map((name) => `own-${name}`),
  fc.oneof(
    fc.string({ unit: "binary" }),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  ),
  { minKeys: 1, maxKeys: 3, noNullPrototype: true },
);

const anyFacts = fc.record(
  {
    sequence: fc.record({
      id: fc.oneof(anyName, fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })),
      start: fc.boolean(),
      end: fc.boolean(),
    }),
    outputs: fc.uniqueArray(fc.record({ name: anyName }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ name }) => name,
    }),
    priority: fc.nat(),
    queueTimeoutUs: fc.nat(),
    parameters: anyParameters,
  },
  { requiredKeys: [] },
);

describe.each(datatypeNames)("%s in binary form", (datatype) => {
  test("comes back bit by bit", () => {
    fc.assert(
      fc.property(anyTensorOf(datatype), fc.boolean(), (tensor, aligned) => {
        const input = tensor as Tensor;
        const form = { id: "r", binary: true, aligned };
        const message = encodeRequest({ model: { name: "m" }, inputs: [input] }, form);
        const body = joinMessage(message);
        const { request } = decodeRequest({ name: "m" }, body, message.headerBytes);
        const [found] = request.inputs;
        expect(found).toMatchObject({ name: "x", datatype, shape: input.shape });
        expect(found && rawBytes(found)).toEqual(rawBytes(input));
      }),
    );
  });
});

describe.each(jsonNames)("%s in JSON", (datatype) => {
  test("comes back value by value", () => {
    fc.assert(
      fc.property(anyTensorOf(datatype, { forJson: true }), (tensor) => {
        const input = tensor as Tensor;
        const form = { id: "r", binary: false, allowNonFinite: true };
        const message = encodeRequest({ model: { name: "m" }, inputs: [input] }, form);
        const { request } = decodeRequest({ name: "m" }, joinMessage(message), undefined);
        expect(request.inputs).toEqual([input]);
      }),
    );
  });
});

test("a request comes back as it was sent, in either form", () => {
  const cases = fc
    .boolean()
    .chain((binary) =>
      fc.record({ binary: fc.constant(binary), inputs: anyTensors(!binary), facts: anyFacts }),
    );
  fc.assert(
    fc.property(cases, ({ binary, inputs, facts }) => {
      const sent: InferenceRequest = { model: { name: "m" }, inputs, ...facts };
      const message = encodeRequest(sent, { id: "é1", binary, allowNonFinite: true });
      const found = decodeRequest(sent.model, joinMessage(message), message.headerBytes);
      expect(found.request).toEqual({ ...sent, id: "é1" });
      expect(found.binary(sent.outputs?.[0]?.name ?? "any")).toBe(binary);
    }),
  );
});

const anyAnswer: fc.Arbitrary<{
  readonly response: InferenceResponse;
  readonly form: readonly boolean[];
}> = fc.record({
  response: fc.record(
    {
      modelName: anyName,
      modelVersion: anyName,
      id: anyName,
      outputs: anyTensors(true),
      parameters: anyParameters,
    },
    { requiredKeys: ["modelName", "outputs"] },
  ),
  form: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
});

function write(response: InferenceResponse, form: readonly boolean[]) {
  const wanted = new Map(response.outputs.map(({ name }, index) => [name, form[index] ?? false]));
  const binary = (name: string) => wanted.get(name) ?? false;
  return encodeResponse(response, { binary, allowNonFinite: true });
}

test("an answer comes back as it was sent, its outputs in binary form, JSON or mixed", () => {
  fc.assert(
    fc.property(anyAnswer, ({ response, form }) => {
      const message = write(response, form);
      const headerBytes = message.binary ? message.headerBytes : undefined;
      expect(decodeResponse(joinMessage(message), headerBytes)).toEqual(response);
    }),
  );
});

test("an answer with bytes changed is a decode error or another answer, and nothing worse", () => {
  const before = Reflect.ownKeys(Object.prototype);
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(anyAnswer, changes, fc.integer({ min: -3, max: 3 }), (answer, spots, shift) => {
      const message = write(answer.response, answer.form);
      const body = joinMessage(message);
      for (const [at, byte] of spots) body[at % body.byteLength] = byte;
      try {
        const { outputs } = decodeResponse(body, message.headerBytes + shift);
        for (const { data } of outputs) expect(data.length).toBeLessThanOrEqual(body.byteLength);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }),
    { numRuns: 500 },
  );
  expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
});
