import { createServer, type Socket } from "node:net";

// Answers every inference at once with 64 bytes of FP32 and the request's id. It reads no more of HTTP
// than it must, so that the client is what is measured.

const tensor = Buffer.alloc(64);

function answer(id: string): Buffer {
  const json = `{"id":"${id}","model_name":"m","model_version":"1","outputs":[{"name":"OUT","datatype":"FP32","shape":[1,16],"parameters":{"binary_data_size":64}}]}`;
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ninference-header-content-length: ${json.length}\r\ncontent-length: ${json.length + 64}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head + json), tensor]);
}

function serve(socket: Socket): void {
  /** Bytes of the body that are still to come; undefined while the head is being read. */
  let rest: number | undefined;
  let head = "";
  let id = "";
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    if (rest === undefined) {
      head += chunk.toString("latin1", 0, 2048);
      const end = head.indexOf("\r\n\r\n");
      const found = end === -1 ? null : /"id":"([^"]*)"/.exec(head.slice(end));
      if (found === null) return;
      id = found[1] ?? "";
      const length = Number(/(?:^|\n)content-length: (\d+)/.exec(head)?.[1] ?? 0);
      // The head comes in the first chunk of a request, so what lies behind it is the body.
      rest = length - (chunk.byteLength - end - 4);
      head = "";
    } else rest -= chunk.byteLength;
    if (rest > 0) return;
    rest = undefined;
    socket.write(answer(id));
  });
}

const server = createServer(serve);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(address.port);
});
process.on("disconnect", () => process.exit());
