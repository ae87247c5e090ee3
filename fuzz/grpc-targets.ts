import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import {
  ModelConfigSchema,
  ModelMetadataResponseSchema,
  ModelStatisticsSchema,
} from "../packages/transport-grpc/src/generated/inference_pb.ts";
import { createFrameReader } from "../packages/transport-grpc/src/http2/frames.ts";
import { readStatus } from "../packages/transport-grpc/src/http2/read-status.ts";
import { readMetadata, readStatistics } from "../packages/transport-grpc/src/read-answers.ts";
import { readConfig } from "../packages/transport-grpc/src/read-config.ts";
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
    name: "grpc-metadata",
    samples: [hex("0a016d 120131 1a0470796e78 2210 0a02494e 120446503332 1a04ffffffff0f10")],
    read(bytes) {
      const message = messageOf(ModelMetadataResponseSchema, bytes);
      const tensors = message === undefined ? [] : readMetadata(message).inputs;
      promise(
        tensors.every(({ name, shape }) => name !== "" && shape.every((size) => size >= -1)),
        "tensors with a name and a shape",
      );
    },
  },
  {
    name: "grpc-config",
    samples: [hex("0a016d 2008 2a0a 0a02494e 100b 2a020110 6a040a028080")],
    read(bytes) {
      const message = messageOf(ModelConfigSchema, bytes);
      if (message !== undefined) readConfig(message);
    },
  },
  {
    name: "grpc-statistics",
    samples: [hex("0a016d 120131 1801 2002 2803 320a 0a04 08011002 1202 0801")],
    read(bytes) {
      const message = messageOf(ModelStatisticsSchema, bytes);
      if (message !== undefined) readStatistics(message);
    },
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

/** What the generated code makes of bytes; undefined where it refuses them, as the transport does. */
function messageOf<T extends DescMessage>(
  schema: T,
  bytes: Uint8Array,
): MessageShape<T> | undefined {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
}

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
