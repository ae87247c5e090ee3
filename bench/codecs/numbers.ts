import {
  createResponseDecoder,
  createTensor,
  encodeRequest,
  rawBytes,
} from "@nereid/core/transport-kit";
import type { WorkComparison } from "../measure/compare-work.ts";
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
    what: "header of a request, its checks included (beside JSON.stringify)",
    workload: "one input of 64 B, one output",
    unit: "CPU µs per header",
    measure: "ours",
    goal: { most: 0.3 },
    note: "judged by our µs alone",
    ours: () => {
      const inputs = [createTensor("IN", "FP32", [1, 16], new Float32Array(16))];
      const request = { model: { name: "m" }, inputs, outputs: [{ name: "OUT" }] };
      const form = { id: "bench-id", binary: true };
      return repeat(1000, () => encodeRequest(request, form).headerBytes);
    },
    theirs: () => {
      const build = (): number =>
        JSON.stringify({
          id: "bench-id",
          inputs: [
            { name: "IN", datatype: "FP32", shape: [1, 16], parameters: { binary_data_size: 64 } },
          ],
          outputs: [{ name: "OUT", parameters: { binary_data: true } }],
        }).length;
      return repeat(1000, build);
    },
  },
];
