import { gzip } from "node:zlib";
import { promisify } from "node:util";
import type { WorkComparison } from "../measure/compare-work.ts";

const compress = promisify(gzip);
const floats = 150_528;

/** Floats as an image of 8 bits a channel gives them. */
function imageBytes(): Uint8Array {
  const data = Float32Array.from({ length: floats }, (_, index) => ((index * 7) % 256) / 255);
  return new Uint8Array(data.buffer);
}

/** What `compression: gzip` costs: the level that the HTTP transport uses, on a thread of its own. */
export const compression: readonly Omit<WorkComparison, "suite">[] = [
  {
    what: "a body compressed with gzip / copied once",
    workload: "602,112 B of image-like FP32, level 1",
    unit: "CPU µs per body",
    measure: "ours / theirs",
    note: "all threads counted; compression is off unless it is asked for",
    ours: () => {
      const body = imageBytes();
      return {
        rows: 1,
        async run() {
          const small = await compress(body, { level: 1 });
          if (small.byteLength >= body.byteLength) throw new Error("expected fewer bytes");
        },
      };
    },
    theirs: () => {
      const body = imageBytes();
      return {
        rows: 1,
        run() {
          if (Buffer.concat([body]).byteLength !== 4 * floats) throw new Error("expected a copy");
        },
      };
    },
  },
];
