import { createTensor, encodeBytes, type Tensor } from "@nereid/core/transport-kit";
import type { AnswerCase, ScriptCase } from "./conformance-case.ts";
import { callOf, expectThat } from "./expectations.ts";

const fp32 = (name: string, shape: readonly number[], ...values: number[]): Tensor =>
  createTensor(name, "FP32", shape, Float32Array.from(values));
const one: Tensor = createTensor("IN", "INT32", [1], Int32Array.of(1));
const sixteen = (start: number): number[] =>
  Array.from({ length: 16 }, (_, index) => start + index);
const addSub = {
  model: { name: "add_sub" },
  inputs: [fp32("INPUT0", [1, 16], ...sixteen(10)), fp32("INPUT1", [1, 16], ...sixteen(0))],
};
const sum = fp32("OUTPUT0", [1, 16], ...sixteen(0).map((value) => 10 + 2 * value));
const difference = fp32("OUTPUT1", [1, 16], ...sixteen(0).map(() => 10));
const echo = { model: { name: "echo_fp32" }, inputs: [fp32("IN", [1, 2], 1, 2)] };
const echoed = [fp32("OUT", [1, 2], 1, 2)];

/** What a request may say beside its tensors. */
export const requestCases: readonly AnswerCase[] = [
  { name: "two inputs give two outputs", request: addSub, outputs: [sum, difference] },
  {
    name: "the order of the inputs does not matter",
    request: { ...addSub, inputs: addSub.inputs.toReversed() },
    outputs: [sum, difference],
  },
  {
    name: "only the requested output comes back",
    request: { ...addSub, outputs: [{ name: "OUTPUT1" }] },
    outputs: [difference],
  },
  {
    name: "both outputs can be requested by name",
    request: { ...addSub, outputs: [{ name: "OUTPUT1" }, { name: "OUTPUT0" }] },
    outputs: [sum, difference],
  },
  {
    name: "a model without batch dimension takes its own shape",
    request: {
      model: { name: "echo_unbatched" },
      inputs: [fp32("IN", [2, 3], 1, 2, 3, 4, 5, 6)],
    },
    outputs: [fp32("OUT", [2, 3], 1, 2, 3, 4, 5, 6)],
  },
  {
    name: "a batch of the largest size is taken",
    request: {
      model: { name: "echo_fp32" },
      inputs: [fp32("IN", [64, 1], ...Array.from({ length: 64 }, (_, row) => row))],
    },
    outputs: [fp32("OUT", [64, 1], ...Array.from({ length: 64 }, (_, row) => row))],
  },
  {
    name: "an output that is asked for as classes comes back as texts",
    request: {
      model: { name: "echo_fp32" },
      inputs: [fp32("IN", [1, 3], 0.5, 3, 1)],
      outputs: [{ name: "OUT", classification: 2 }],
    },
    outputs: [createTensor("OUT", "BYTES", [1, 2], encodeBytes(["3.000000:1", "1.000000:2"]))],
  },
  {
    name: "a model without batch dimension takes a shape without elements",
    request: { model: { name: "echo_unbatched" }, inputs: [fp32("IN", [2, 0])] },
    outputs: [fp32("OUT", [2, 0])],
  },
  {
    name: "the request's id comes back",
    request: { ...echo, id: "id of my own" },
    outputs: echoed,
    check: ({ id }) => expectThat(id).toBe("id of my own"),
  },
  {
    name: "an id beyond ASCII comes back",
    request: { ...echo, id: 'é日"\\' },
    outputs: echoed,
    check: ({ id }) => expectThat(id).toBe('é日"\\'),
  },
  {
    name: "an answer tells its model and version",
    request: { ...echo },
    outputs: echoed,
    check: ({ modelName, modelVersion }) => {
      expectThat(modelName).toBe("echo_fp32");
      expectThat(modelVersion).toBe("1");
    },
  },
  { name: "priority is taken", request: { ...echo, priority: 1 }, outputs: echoed },
  {
    name: "a queue timeout is taken",
    request: { ...echo, queueTimeoutUs: 5_000_000 },
    outputs: echoed,
  },
  {
    name: "unknown parameters do no harm",
    request: { ...echo, parameters: { anything: "at all" } },
    outputs: echoed,
  },
  {
    name: "a pinned version answers",
    request: { model: { name: "version", version: "1" }, inputs: [one] },
    outputs: [createTensor("OUT", "INT32", [1], Int32Array.of(1))],
  },
  {
    name: "without a version the server picks the latest",
    request: { model: { name: "version" }, inputs: [one] },
    outputs: [createTensor("OUT", "INT32", [1], Int32Array.of(2))],
  },
  {
    name: "NaN, infinities and minus zero come back from a model",
    request: { model: { name: "non_finite" }, inputs: [one] },
    outputs: [fp32("OUT", [4], Number.NaN, 1 / 0, -1 / 0, -0)],
  },
];

/** The parameters model answers JSON text, whose spacing is its own. */
export const parameterScripts: readonly ScriptCase[] = [
  {
    name: "parameters of each type reach the model",
    async script(transport) {
      const { outputs } = await transport.infer(
        {
          model: { name: "parameters" },
          inputs: [one],
          parameters: { text: 'x"é', whole: 7, big: 2n ** 60n, flag: true, part: 1.5 },
        },
        callOf(),
      );
      const [output] = outputs;
      expectThat(output?.datatype).toBe("BYTES");
      const text =
        output?.datatype === "BYTES" ? Buffer.from(output.data.wire.subarray(4)).toString() : "";
      expectThat(JSON.parse(text)).toMatchObject({ text: 'x"é', whole: 7, flag: true, part: 1.5 });
      expectThat(text).toContain("1152921504606846976");
    },
  },
  {
    name: "a 4 MiB tensor comes back whole",
    async script(transport) {
      const values = Float32Array.from({ length: 1024 * 1024 }, (_, index) => index);
      const { outputs } = await transport.infer(
        {
          model: { name: "echo_fp32" },
          inputs: [createTensor("IN", "FP32", [1, values.length], values)],
        },
        callOf(),
      );
      expectThat(Buffer.compare(bytesOf(outputs[0]), Buffer.from(values.buffer))).toBe(0);
    },
  },
  {
    name: "a 1 MiB text comes back whole",
    async script(transport) {
      const data = encodeBytes(["é".repeat(512 * 1024)]);
      const { outputs } = await transport.infer(
        { model: { name: "echo_bytes" }, inputs: [createTensor("IN", "BYTES", [1, 1], data)] },
        callOf(),
      );
      expectThat(Buffer.compare(bytesOf(outputs[0]), Buffer.from(data.wire))).toBe(0);
    },
  },
];

function bytesOf(tensor: Tensor | undefined): Buffer {
  if (tensor === undefined) return Buffer.alloc(0);
  const data = tensor.datatype === "BYTES" ? tensor.data.wire : tensor.data;
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
