import { create, toBinary, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import {
  ModelConfigResponseSchema,
  ModelMetadataResponseSchema,
  ServerMetadataResponseSchema,
} from "../src/generated/inference_pb.ts";
import { frameOf, grpcHead } from "./exchange.fixture.ts";

function bytesOf<M extends DescMessage>(schema: M, init: MessageInitShape<M>): Buffer {
  return frameOf(toBinary(schema, create(schema, init)));
}

/** What a Triton with one plain model says of itself, by method. */
const answers: ReadonlyMap<string, Buffer> = new Map([
  [
    "ServerMetadata",
    bytesOf(ServerMetadataResponseSchema, {
      name: "triton",
      version: "2.51.0",
      extensions: ["binary_tensor_data", "model_configuration"],
    }),
  ],
  [
    "ModelMetadata",
    bytesOf(ModelMetadataResponseSchema, {
      name: "m",
      versions: ["1"],
      platform: "test",
      inputs: [{ name: "X", datatype: "FP32", shape: [-1n] }],
      outputs: [{ name: "X", datatype: "FP32", shape: [-1n] }],
    }),
  ],
  ["ModelConfig", bytesOf(ModelConfigResponseSchema, { config: { name: "m" } })],
]);

/** Answers a question about the server or its model; false for a call of inference. */
export function answerQuestion(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): boolean {
  const answer = answers.get(headers[":path"]?.split("/").at(-1) ?? "");
  if (answer === undefined) return false;
  stream.respond(grpcHead, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(answer);
  return true;
}
