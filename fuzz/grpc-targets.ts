import { createFrameReader } from "../packages/transport-grpc/src/http2/frames.ts";
import { readStatus } from "../packages/transport-grpc/src/http2/read-status.ts";
import { decodeResponse } from "../packages/transport-grpc/src/wire/decode-response.ts";
import { decodeStreamAnswer } from "../packages/transport-grpc/src/wire/decode-stream-answer.ts";
import { asText, promise, texts, type FuzzTarget } from "./target.ts";

const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes);

/** Model "m", version "1", id "7", a parameter, a raw FP32 output and its bytes. */
const raw = hex(
  "0a016d 120131 1a0137 22070a016112020801 2a0f 0a034f5554 120446503332 1a020102 32080000803f00000040",
);
/** A typed INT32 output of two elements. */
const typed = hex("0a016d 1a0137 2a15 0a034f5554 1205494e543332 1a020102 2a04 12020102");

/** What the gRPC transport reads of servers. */
export const grpcTargets: readonly FuzzTarget[] = [
  {
    name: "grpc-response",
    samples: [raw, typed],
    read(bytes) {
      for (const { shape, data } of decodeResponse(bufferOf(bytes)).outputs) {
        const count = shape.reduce((product, size) => product * size, 1);
        promise(data.length === count, "as many elements as the shape says");
      }
    },
  },
  {
    name: "grpc-stream-answer",
    samples: [hex("0a026e6f 1203 1a0137"), Buffer.concat([hex("1236"), raw]), raw],
    read: (bytes) => decodeStreamAnswer(bufferOf(bytes)),
  },
  {
    name: "grpc-frames",
    samples: [hex("07 00 00000001 41 00 00000000 00 00000003 414243")],
    read(bytes) {
      const step = 1 + (bytes[0] ?? 0);
      const data = bufferOf(bytes.subarray(1));
      const whole = framesOf(data, data.length + 1);
      promise(framesOf(data, step) === whole, "the same messages wherever the bytes are cut");
    },
  },
  {
    name: "grpc-status",
    samples: texts("14\nno%20room\n-1", "0\n%zz\n", "99\n\n100"),
    read(bytes) {
      const [status, message, pushback] = asText(bytes).split("\n");
      readStatus("ModelInfer", {
        ":status": "200",
        ...(status === undefined ? {} : { "grpc-status": status }),
        ...(message === undefined ? {} : { "grpc-message": message }),
        ...(pushback === undefined ? {} : { "grpc-retry-pushback-ms": pushback }),
      });
    },
  },
];

/** The messages of bytes that come in pieces, and the error that ended them. */
function framesOf(data: Buffer, step: number): string {
  const found: string[] = [];
  const reader = createFrameReader("fuzz", 1024);
  try {
    for (let at = 0; at < data.length; at += step) {
      reader.push(data.subarray(at, at + step), (message) => found.push(message.toString("hex")));
    }
  } catch (error) {
    found.push(error instanceof Error ? error.message : "");
  }
  return `${found.join()} ${reader.isEmpty}`;
}
