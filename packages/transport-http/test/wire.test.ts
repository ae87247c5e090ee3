import { createTensor, encodeBytes, type InferenceRequest } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import { callWith, httpAnswer, startWireServer } from "./wire-server.fixture.ts";

const twoInputs: InferenceRequest = {
  model: { name: "add", version: "3" },
  id: "r1",
  inputs: [
    createTensor("A", "INT32", [1, 2], Int32Array.of(1, -2)),
    createTensor("T", "BYTES", [3], encodeBytes(["", "a", "é"])),
  ],
};

const tail = "01000000feffffff" + "00000000" + "0100000061" + "02000000c3a9";

const goldenHeader =
  '{"id":"r1","inputs":[{"name":"A","datatype":"INT32","shape":[1,2],"parameters":{"binary_data_size":8}},' +
  '{"name":"T","datatype":"BYTES","shape":[3],"parameters":{"binary_data_size":15}}],' +
  '"parameters":{"binary_data_output":true}}';

const goldenJson =
  '{"id":"r1","inputs":[{"name":"A","datatype":"INT32","shape":[1,2],"data":[1,-2]},' +
  '{"name":"T","datatype":"BYTES","shape":[3],"data":["","a","\\u00e9"]}]}';

const emptyAnswer = httpAnswer(200, [], '{"id":"r1","model_name":"add","outputs":[]}');

describe("a request on the wire", () => {
  it("is, in binary form, exactly these bytes", async () => {
    await using server = await startWireServer((socket) => socket.write(emptyAnswer));
    await using transport = createHttpTransport({
      endpoint: `${server.url}/gateway/v2`,
      binaryData: true,
    });
    await transport.infer(twoInputs, callWith());
    expect(server.requests[0]?.head.split("\r\n")).toEqual([
      "POST /gateway/v2/models/add/versions/3/infer HTTP/1.1",
      `host: 127.0.0.1:${server.port}`,
      "connection: keep-alive",
      "content-type: application/octet-stream",
      "inference-header-content-length: 226",
      "content-length: 249",
    ]);
    expect(server.requests[0]?.body).toEqual(
      Buffer.concat([Buffer.from(goldenHeader), Buffer.from(tail, "hex")]),
    );
  });

  it("is, in JSON form, exactly these bytes", async () => {
    await using server = await startWireServer((socket) => socket.write(emptyAnswer));
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: false });
    await transport.infer(twoInputs, callWith());
    expect(server.requests[0]?.head.split("\r\n")).toEqual([
      "POST /v2/models/add/versions/3/infer HTTP/1.1",
      `host: 127.0.0.1:${server.port}`,
      "connection: keep-alive",
      "content-type: application/json",
      `content-length: ${goldenJson.length}`,
    ]);
    expect(server.requests[0]?.body.toString()).toBe(goldenJson);
  });

  it("of a large tensor has the same form, and its length in the head", async () => {
    await using server = await startWireServer((socket) => socket.write(emptyAnswer));
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    const pixels = Float32Array.from({ length: 150_528 }, (_, index) => index / 255);
    const inputs = [createTensor("image", "FP32", [1, 150_528], pixels)];
    await transport.infer({ ...twoInputs, inputs }, callWith());
    const { head, body } = server.requests[0] ?? { head: "", body: Buffer.alloc(0) };
    expect(head).toContain(`\r\ncontent-length: ${body.byteLength}`);
    expect(head).not.toContain("transfer-encoding");
    expect(body.subarray(-4 * 150_528)).toEqual(Buffer.from(pixels.buffer));
  });

  it.each(["with space", "a/b", "ä", "..", "a?b", "a%20b", "x".repeat(9000)])(
    "is not made for the model name %s, which a path cannot carry",
    async (name) => {
      await using server = await startWireServer(() => undefined);
      await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
      const failed = transport.infer({ ...twoInputs, model: { name } }, callWith());
      await expect(failed).rejects.toMatchObject({ code: "encode", delivery: "not-sent" });
      await expect(transport.ready({ name }, callWith())).rejects.toMatchObject({ code: "encode" });
      await expect(transport.loadModel(name)).rejects.toMatchObject({ code: "encode" });
      expect(server.sockets).toHaveLength(0);
    },
  );

  it("keeps the characters that a path carries as they are", async () => {
    await using server = await startWireServer((socket) => socket.write(httpAnswer(200, [], "")));
    await using transport = createHttpTransport({ endpoint: server.url });
    await transport.ready({ name: "a+b@c:d,e;f=g", version: "v1.2" }, callWith());
    expect(server.requests[0]?.head).toMatch(
      /^GET \/v2\/models\/a\+b@c:d,e;f=g\/versions\/v1\.2\/ready HTTP\/1\.1\r\n/,
    );
  });
});

describe("an answer's tensors", () => {
  it.each([
    ["with a length", (body: Buffer) => httpAnswer(200, lengthOfHeader, body)],
    [
      "in chunks",
      (body: Buffer) =>
        Buffer.concat([
          httpAnswer(200, [...lengthOfHeader, "Transfer-Encoding: chunked"], ""),
          Buffer.from(`${body.byteLength.toString(16)}\r\n`),
          body,
          Buffer.from("\r\n0\r\n\r\n"),
        ]),
    ],
  ])("of an answer %s begin on a multiple of 8 bytes, without a copy", async (_name, frame) => {
    const body = Buffer.concat([Buffer.from(answerHeader), Buffer.from("000000000000f03f", "hex")]);
    await using server = await startWireServer((socket) => socket.write(frame(body)));
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    const { outputs } = await transport.infer(twoInputs, callWith());
    const data = outputs[0]?.data;
    expect(data).toEqual(Float64Array.of(1));
    // A copy would have a buffer of its own, of the tensor's size.
    expect(data instanceof Float64Array && data.buffer.byteLength).toBeGreaterThan(8);
  });
});

const answerHeader =
  '{"id":"r1","model_name":"add","outputs":[{"name":"d","datatype":"FP64","shape":[1],"parameters":{"binary_data_size":8}}]}';
const lengthOfHeader = [`Inference-Header-Content-Length: ${answerHeader.length}`];
