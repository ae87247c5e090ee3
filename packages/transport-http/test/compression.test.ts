import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { createTensor } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import {
  callWith,
  goodAnswer,
  goodBody,
  httpAnswer,
  idOf,
  request,
  startWireServer,
  type Received,
} from "./wire-server.fixture.ts";

const large = { ...request, inputs: [createTensor("x", "FP32", [4096], new Float32Array(4096))] };

describe("compression of requests", () => {
  it.each([
    ["gzip", gunzipSync],
    ["deflate", inflateSync],
  ] as const)(
    "in %s squeezes the whole body and tells the JSON's own length",
    async (name, undo) => {
      await using server = await startWireServer((socket, received) => {
        const plain = { ...received, body: undo(received.body) };
        socket.write(goodAnswer(plain));
      });
      await using transport = createHttpTransport({
        endpoint: server.url,
        binaryData: true,
        compression: name,
      });
      await transport.infer(large, callWith());
      const [seen] = server.requests;
      const head = seen?.head ?? "";
      const body = undo(seen?.body ?? Buffer.alloc(0));
      const jsonBytes = Number(/inference-header-content-length: (\d+)/.exec(head)?.[1]);
      expect(head).toContain(`\r\ncontent-encoding: ${name}`);
      expect(head).toContain(`\r\ncontent-length: ${seen?.body.byteLength}`);
      expect(body.byteLength).toBe(jsonBytes + 4 * 4096);
      expect(() => JSON.parse(body.toString("latin1", 0, jsonBytes))).not.toThrow();
    },
  );

  it("spares bodies below compression-min-bytes", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      compression: "gzip",
    });
    await transport.infer(request, callWith());
    expect(server.requests[0]?.head).not.toContain("content-encoding");
  });
});

describe("a compressed answer", () => {
  const squeezed =
    (name: string, squeeze: (body: Buffer) => Buffer) =>
    (received: Received): Buffer => {
      const { json, body } = goodBody(idOf(received));
      const headers = [
        `Content-Encoding: ${name}`,
        `Inference-Header-Content-Length: ${json.length}`,
      ];
      return httpAnswer(200, headers, squeeze(body));
    };

  it.each([
    ["gzip", squeezed("gzip", gzipSync), true],
    ["deflate", squeezed("deflate", deflateSync), true],
    ["gzip, unasked,", squeezed("GZIP", gzipSync), false],
    ["identity", squeezed("identity", (body) => body), false],
  ] as const)("in %s is unpacked", async (_name, answer, responseCompression) => {
    await using server = await startWireServer((socket, received) =>
      socket.write(answer(received)),
    );
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      responseCompression,
    });
    const { outputs } = await transport.infer(request, callWith());
    expect(outputs[0]?.data).toEqual(Float32Array.of(1, 2.5));
    const asked = server.requests[0]?.head.includes("accept-encoding: gzip, deflate");
    expect(asked).toBe(responseCompression);
  });
});
