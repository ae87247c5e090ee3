import { createServer, type Socket } from "node:net";

// What http-server.cc does, where that cannot be built: as little of HTTP as the clients here need.

/** Elements for each row that the model's name asks for: "out16" answers with 16. */
function answerTo(path: string, body: string, isBinary: boolean): readonly Uint8Array[] {
  const model = /\/models\/([^/ ]+)/.exec(path)?.[1];
  const floats = Number(model?.slice("out".length));
  if (!path.endsWith("/infer")) return [plain(factsOf(path, model, floats))];
  const id = /"id": ?"([^"]*)"/.exec(body)?.[1];
  const rows = Number(/"shape": ?\[(\d+)/.exec(body)?.[1] ?? 1);
  const output = { name: "OUT", datatype: "FP32", shape: [rows, floats] };
  const answer = { id, model_name: model, model_version: "1" };
  if (!isBinary) {
    const data = Array.from({ length: rows * floats }, () => 1.5);
    return [plain({ ...answer, outputs: [{ ...output, data }] })];
  }
  const tensor = tensorOf(rows * floats);
  const parameters = { binary_data_size: tensor.byteLength };
  const json = JSON.stringify({ ...answer, outputs: [{ ...output, parameters }] });
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ninference-header-content-length: ${json.length}\r\ncontent-length: ${json.length + tensor.byteLength}\r\n\r\n`;
  const start = Buffer.from(head + json);
  return tensor.byteLength < 65_536 ? [Buffer.concat([start, tensor])] : [start, tensor];
}

const tensors = new Map<number, Uint8Array>();

function tensorOf(floats: number): Uint8Array {
  const known = tensors.get(floats) ?? new Uint8Array(new Float32Array(floats).fill(1.5).buffer);
  tensors.set(floats, known);
  return known;
}

function plain(json: object): Buffer {
  const text = JSON.stringify(json);
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  );
}

function factsOf(path: string, model: string | undefined, floats: number): object {
  if (model === undefined) {
    return { name: "bench", version: "1", extensions: ["model_configuration"] };
  }
  if (path.endsWith("/config")) return { name: model, max_batch_size: 4096 };
  const inputs = [{ name: "IN", datatype: "FP32", shape: [-1, -1] }];
  const outputs = [{ name: "OUT", datatype: "FP32", shape: [-1, floats] }];
  return { name: model, versions: ["1"], platform: "bench", inputs, outputs };
}

function serve(socket: Socket): void {
  /** Bytes of the body that are still to come; undefined while the head is being read. */
  let rest: number | undefined;
  let head = "";
  let answer: readonly Uint8Array[] = [];
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    if (rest === undefined) {
      const known = head.length;
      head += chunk.toString("latin1", 0, 16_384 - known);
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) return;
      const length = Number(/\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const jsonLength = /\ninference-header-content-length: *(\d+)/i.exec(head)?.[1];
      const wanted = Math.min(length, Number(jsonLength ?? 2048), 16_384 - end - 4);
      if (head.length - end - 4 < wanted) return;
      const path = head.slice(head.indexOf(" ") + 1, head.indexOf(" HTTP/"));
      answer = answerTo(path, head.slice(end + 4), jsonLength !== undefined);
      rest = length - (known + chunk.byteLength - end - 4);
      head = "";
    } else rest -= chunk.byteLength;
    if (rest > 0) return;
    rest = undefined;
    for (const part of answer) socket.write(part);
  });
}

const server = createServer(serve);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.stdout.write(`${address.port}\n`);
});
process.stdin.resume().on("end", () => process.exit());
