import { createServer, type ServerHttp2Stream } from "node:http2";

// Answers each inference at once with 64 bytes of FP32 and the request's id. It reads no more of gRPC
// than it must, so that the client is what is measured.

const windowBytes = 4 * 1024 * 1024;
const frameBytes = 5;
const tensor = Buffer.alloc(64);

function answer(id: Buffer, isStream: boolean): Buffer {
  const response = Buffer.concat([
    Buffer.from("\n\u0001m\u0012\u00011\u001a"),
    Buffer.of(id.length),
    id,
    Buffer.from("*\u000f\n\u0003OUT\u0012\u0004FP32\u001a\u0002\u0001\u0010", "latin1"),
    Buffer.of(0x32, tensor.length),
    tensor,
  ]);
  const message = isStream ? Buffer.concat([Buffer.of(0x12, response.length), response]) : response;
  const frame = Buffer.alloc(frameBytes);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

/** The id of a request to the model "m": its fields come in the order of their numbers. */
function idOf(message: Buffer): Buffer {
  const start = message.indexOf("\n\u0001m\u001a") + 4;
  const length = message[start] ?? 0;
  return message.subarray(start + 1, start + 1 + length);
}

function serve(stream: ServerHttp2Stream, isStream: boolean): void {
  /** What is still to come of the message under way; its first chunk has the id. */
  let rest = 0;
  let head: Buffer = Buffer.alloc(0);
  let id: Buffer = Buffer.alloc(0);
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.on("error", () => stream.destroy());
  stream.on("data", (chunk: Buffer) => {
    let data = chunk;
    while (data.length > 0) {
      if (rest === 0) {
        head = head.length === 0 ? data : Buffer.concat([head, data]);
        if (head.length < 256 && head.length < frameBytes + lengthOf(head)) return;
        rest = frameBytes + lengthOf(head);
        id = idOf(head.subarray(frameBytes));
        data = head;
        head = Buffer.alloc(0);
      }
      const taken = Math.min(rest, data.length);
      rest -= taken;
      data = data.subarray(taken);
      if (rest === 0) stream.write(answer(id, isStream));
    }
  });
  stream.on("end", () => stream.end());
}

function lengthOf(head: Buffer): number {
  return head.length < frameBytes ? 256 : head.readUInt32BE(1);
}

const server = createServer({ settings: { initialWindowSize: windowBytes } });
server.on("session", (session) => session.setLocalWindowSize(4 * windowBytes));
server.on("stream", (stream, headers) => {
  const path = headers[":path"] ?? "";
  if (path.endsWith("/ModelInfer")) serve(stream, false);
  else if (path.endsWith("/ModelStreamInfer")) serve(stream, true);
  else tell(stream, path.slice(path.lastIndexOf("/") + 1));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(address.port);
});
process.on("disconnect", () => process.exit());

/** Answers to questions: the server has Triton's configurations, the model "m" is a plain one. */
const facts: Readonly<Record<string, Buffer>> = {
  ServerMetadata: Buffer.from("\u001a\u0013model_configuration"),
  ModelMetadata: Buffer.from("\n\u0001m"),
  ModelConfig: Buffer.from("\n\u0003\n\u0001m"),
};

function tell(stream: ServerHttp2Stream, method: string): void {
  const message = facts[method] ?? Buffer.alloc(0);
  const frame = Buffer.alloc(frameBytes);
  frame.writeUInt32BE(message.length, 1);
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.resume();
  stream.end(Buffer.concat([frame, message]));
}
