import {
  createRequestEncoder,
  createResponseDecoder,
  createTensor,
  encodeRequest,
  rawBytes,
  type InferenceRequest,
  type RequestEncoder,
} from "@nereid/core/transport-kit";
import type { Work, WorkComparison } from "../measure/compare-work.ts";
import { repeat } from "./repeat.ts";

const imageFloats = 150_528;
const imageBytes = 4 * imageFloats;
const unit = "CPU µs per tensor";
const workload = "602,112 B of FP32";

/** An answer whose tensor lies at an odd place, so that it cannot be used where it lies. */
function imageAnswer(): { readonly body: Uint8Array; readonly headerBytes: number } {
  const plain = `{"id":"1","model_name":"m","outputs":[{"name":"OUT","datatype":"FP32","shape":[1,${imageFloats}],"parameters":{"binary_data_size":${imageBytes}}}]}`;
  const header = plain.padEnd(Math.ceil(plain.length / 8) * 8 + 1);
  const body = new Uint8Array(header.length + imageBytes);
  new TextEncoder().encodeInto(header, body);
  return { body, headerBytes: header.length };
}

const requestForm = { id: "bench-id", binary: true };

/** Values of its own each time, so that a header cannot know them. */
function smallRequests(): readonly InferenceRequest[] {
  const outputs = [{ name: "OUT" }];
  return Array.from({ length: 100 }, (_, index) => ({
    model: { name: "m" },
    inputs: [createTensor("IN", "FP32", [1, 16], new Float32Array(16).fill(index))],
    outputs,
  }));
}

function encodeAll(encode: RequestEncoder): Work {
  const requests = smallRequests();
  let next = 0;
  return repeat(1000, () => {
    const request = requests[next] ?? requests[0];
    next = (next + 1) % requests.length;
    return request && encode(request, requestForm).headerBytes;
  });
}

function stringify(): Work {
  const build = (): number =>
    JSON.stringify({
      id: "bench-id",
      inputs: [
        { name: "IN", datatype: "FP32", shape: [1, 16], parameters: { binary_data_size: 64 } },
      ],
      outputs: [{ name: "OUT", parameters: { binary_data: true } }],
    }).length;
  return repeat(1000, build);
}

/** FP32 to and from what travels, and the JSON in front of it. */
export const numbers: readonly Omit<WorkComparison, "suite">[] = [
  {
    what: "FP32 tensor to its bytes (beside a view by hand)",
    workload,
    unit,
    measure: "ours",
    goal: { most: 0.3 },
    note: "judged by our µs alone",
    ours: () => {
      const tensor = createTensor("IN", "FP32", [1, imageFloats], new Float32Array(imageFloats));
      return repeat(1000, () => rawBytes(tensor).byteLength, imageBytes);
    },
    theirs: () => {
      const { buffer } = new Float32Array(imageFloats);
      return repeat(1000, () => new Uint8Array(buffer, 0, imageBytes).byteLength, imageBytes);
    },
  },
  {
    what: "answer to its FP32 tensor / one allocate and copy",
    workload,
    unit,
    measure: "ours / theirs",
    goal: { most: 1.15 },
    // The engine collects memory once in some 80 ms of this, for 10 to 20 ms, and what comes next has
    // pages that were touched before. Slices of this size have either or neither, and the median neither.
    slicing: { sliceMs: 2, slices: { least: 200, most: 1000, mostMs: 15_000 } },
    note: "without collections of memory, which both need alike",
    ours: () => {
      const { body, headerBytes } = imageAnswer();
      const decode = createResponseDecoder();
      return repeat(8, () => decode(body, headerBytes, "1").outputs[0]?.data.length, imageFloats);
    },
    theirs: () => {
      const { body, headerBytes } = imageAnswer();
      const copy = (): number =>
        new Float32Array(new Uint8Array(body.subarray(headerBytes)).buffer).length;
      return repeat(8, copy, imageFloats);
    },
  },
  {
    what: "header of a request like the one before (beside JSON.stringify)",
    workload: "one input of 64 B, one output",
    unit: "CPU µs per header",
    measure: "ours",
    goal: { most: 0.3 },
    note: "judged by our µs alone; as the HTTP transport has it, with the view of the input's bytes",
    ours: () => encodeAll(createRequestEncoder()),
    theirs: stringify,
  },
  {
    what: "header of a request, its checks included (beside JSON.stringify)",
    workload: "one input of 64 B, one output",
    unit: "CPU µs per header",
    measure: "ours",
    note: "what the first request of its kind takes",
    ours: () => encodeAll(encodeRequest),
    theirs: stringify,
  },
];
