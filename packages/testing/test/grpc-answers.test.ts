import { afterAll, describe, expect, it } from "vitest";
import { createStandardModels, startV2GrpcServer } from "../src/index.ts";
import { GRPCInferenceService } from "../src/generated/inference_pb.ts";
import { createGrpcClient } from "./grpc-client.fixture.ts";
import { float32, int32, rawRequest } from "./grpc-requests.fixture.ts";

const server = await startV2GrpcServer({ models: createStandardModels() });
const client = createGrpcClient(server.address);
const { method } = GRPCInferenceService;

afterAll(async () => {
  client[Symbol.dispose]();
  await server.close();
});

describe("an inference", () => {
  it("answers raw, with the id of the request", async () => {
    const request = rawRequest("echo_fp32", ["IN", "FP32", 1, 2], float32(1, 2));
    expect(await client.call(method.modelInfer, request)).toMatchObject({
      answer: {
        modelName: "echo_fp32",
        modelVersion: "1",
        id: "r1",
        outputs: [{ name: "OUT", datatype: "FP32", shape: [1n, 2n] }],
        rawOutputContents: [Buffer.from(float32(1, 2))],
      },
    });
  });
});

describe("a stream", () => {
  it("answers each request and ends when the caller has ended", async () => {
    const stream = client.openStream();
    for (const id of ["a", "b"]) {
      stream.send(rawRequest("version", ["IN", "INT32", 1], int32(1), { id }));
    }
    stream.end();
    expect(await stream.status).toMatchObject({ code: 0 });
    expect(stream.answers.map(({ inferResponse }) => inferResponse?.id)).toEqual(["a", "b"]);
  });
});
