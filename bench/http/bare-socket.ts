import { connect, type Socket } from "node:net";
import type { Work } from "../measure/compare-work.ts";

/** What one exchange is; both sizes are whole numbers of FP32. */
export interface Exchange {
  readonly inBytes: number;
  readonly outBytes: number;
}

/** A connection whose reads all go to the same memory. */
interface Line {
  readonly socket: Socket;
  /** Sends one request; resolves when the whole answer has been read. */
  ask(): Promise<void>;
}

const readBytes = 256 * 1024;
const joinBelowBytes = 64 * 1024;

/** What is sent is made once, what comes is only counted: the floor of what an exchange can cost. */
export function bareSocketWork(
  port: number,
  { inBytes, outBytes }: Exchange,
  connections: number,
): Work & { run(): Promise<void> } {
  const json = `{"id":"1","inputs":[{"name":"IN","datatype":"FP32","shape":[1,${inBytes / 4}],"parameters":{"binary_data_size":${inBytes}}}],"outputs":[{"name":"OUT","parameters":{"binary_data":true}}]}`;
  const head = `POST /v2/models/out${outBytes / 4}/infer HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/octet-stream\r\ninference-header-content-length: ${json.length}\r\ncontent-length: ${json.length + inBytes}\r\n\r\n`;
  const text = Buffer.from(head + json);
  const tensor = Buffer.alloc(inBytes);
  const parts = inBytes < joinBelowBytes ? [Buffer.concat([text, tensor])] : [text, tensor];
  const idle = Array.from({ length: connections }, () => openLine(port, parts, outBytes));
  const all = [...idle];
  return {
    rows: 1,
    async run() {
      const line = idle.pop();
      if (line === undefined) throw new Error("expected a line for each run, found none left");
      await line.ask();
      idle.push(line);
    },
    async close() {
      for (const { socket } of all) socket.destroy();
    },
  };
}

function openLine(port: number, parts: readonly Buffer[], outBytes: number): Line {
  /** Bytes of the answer that are still to come; 0 while its head is being read. */
  let left = 0;
  let done: (() => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  const take = (bytes: number, buffer: Uint8Array): boolean => {
    if (left > 0) left -= bytes;
    else {
      // Loopback hands over the head in one piece.
      const head = Buffer.from(buffer.buffer, buffer.byteOffset, bytes).toString("latin1", 0, 1024);
      const length = Number(/\ncontent-length: (\d+)\r\n/i.exec(head)?.[1] ?? 0);
      left = length + head.indexOf("\r\n\r\n") + 4 - bytes;
      if (length < outBytes) fail?.(new Error(`expected ${outBytes} bytes, found ${length}`));
    }
    if (left === 0) done?.();
    return true;
  };
  const onread = { buffer: Buffer.allocUnsafe(readBytes), callback: take };
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
  socket.on("error", (error) => fail?.(error));
  return {
    socket,
    ask: () =>
      new Promise<void>((resolve, reject) => {
        done = resolve;
        fail = reject;
        socket.cork();
        for (const part of parts) socket.write(part);
        socket.uncork();
      }),
  };
}
