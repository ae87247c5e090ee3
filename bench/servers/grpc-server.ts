import { createServer, type ServerHttp2Stream } from "node:http2";

// What grpc-server.cc does, where that cannot be built: as little of gRPC as the clients here need.

const windowBytes = 4 * 1024 * 1024;
const frameBytes = 5;
/** As much of a message as its model, its id and its first shape take. */
const headBytes = 512;

/** A field of a message that has a length: its key, the length, the bytes. */
function field(number: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of((number << 3) | 2), varint(value.byteLength), value]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Buffer.from([...bytes, left]);
}

/** What a request says: its fields come in the order of their numbers. */
function readRequest(message: Buffer): { model: string; id: Buffer; rows: number } {
  let model = "";
  let id: Buffer = Buffer.alloc(0);
  let rows = 1;
  let at = 0;
  const number = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = message[at] ?? 0;
      at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = message[at];
    at += 1;
    const length = number();
    const value = message.subarray(at, at + length);
    at += length;
    if (key === 0x0a) model = value.toString();
    else if (key === 0x1a) id = value;
    else if (key === 0x2a) {
      // IN of FP32, and then the packed shape.
      const shape = value.indexOf("\u0012\u0004FP32\u001a");
      if (shape !== -1) {
        at = at - length + shape + 8;
        rows = number();
      }
      break;
    }
  }
  return { model, id, rows };
}

const tensors = new Map<number, Buffer>();

function tensorOf(floats: number): Buffer {
  const known = tensors.get(floats) ?? Buffer.from(new Float32Array(floats).fill(1.5).buffer);
  tensors.set(floats, known);
  return known;
}

function answer(head: Buffer, isStream: boolean): Buffer {
  const { model, id, rows } = readRequest(head);
  const floats = Number(model.slice("out".length));
  const shape = Buffer.concat([varint(rows), varint(floats)]);
  const response = Buffer.concat([
    field(1, Buffer.from(model)),
    field(2, Buffer.from("1")),
    field(3, id),
    field(5, Buffer.concat([Buffer.from("\n\u0003OUT\u0012\u0004FP32"), field(3, shape)])),
    field(6, tensorOf(rows * floats)),
  ]);
  return framed(isStream ? field(2, response) : response);
}

function framed(message: Buffer): Buffer {
  const frame = Buffer.alloc(frameBytes);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

function respond(stream: ServerHttp2Stream): void {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.on("error", () => stream.destroy());
}

function serve(stream: ServerHttp2Stream, isStream: boolean): void {
  /** Bytes that are still to come of the message under way, and what it begins with. */
  let rest = 0;
  let head: Buffer = Buffer.alloc(0);
  let known: Buffer = Buffer.alloc(0);
  respond(stream);
  stream.on("data", (chunk: Buffer) => {
    let data = chunk;
    while (data.length > 0) {
      if (rest === 0) {
        head = head.length === 0 ? data : Buffer.concat([head, data]);
        const bytes = head.length < frameBytes ? headBytes : head.readUInt32BE(1);
        if (head.length < frameBytes + Math.min(headBytes, bytes)) return;
        rest = frameBytes + bytes;
        known = head.subarray(frameBytes, frameBytes + Math.min(headBytes, bytes));
        data = head;
        head = Buffer.alloc(0);
      }
      const taken = Math.min(rest, data.length);
      rest -= taken;
      data = data.subarray(taken);
      if (rest === 0) stream.write(answer(known, isStream));
    }
  });
  stream.on("end", () => stream.end());
}

/** Answers to questions: the server has Triton's configurations, and its models are plain ones. */
function tell(stream: ServerHttp2Stream, method: string): void {
  respond(stream);
  stream.on("data", (chunk: Buffer) => {
    const name = field(1, chunk.subarray(frameBytes + 2));
    if (method === "ModelMetadata") stream.write(framed(name));
    else if (method === "ModelConfig") stream.write(framed(field(1, name)));
    else stream.write(framed(Buffer.from("\u001a\u0013model_configuration")));
  });
  stream.on("end", () => stream.end());
}

const server = createServer({
  settings: { initialWindowSize: windowBytes },
  maxSessionMemory: 1000,
});
server.on("session", (session) => session.setLocalWindowSize(4 * windowBytes));
server.on("stream", (stream, headers) => {
  const path = headers[":path"] ?? "";
  if (path.endsWith("/ModelInfer")) serve(stream, false);
  else if (path.endsWith("/ModelStreamInfer")) serve(stream, true);
  else tell(stream, path.slice(path.lastIndexOf("/") + 1));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.stdout.write(`${address.port}\n`);
});
process.stdin.resume().on("end", () => process.exit());
