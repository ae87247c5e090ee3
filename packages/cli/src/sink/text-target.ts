import type { FileHandle } from "node:fs/promises";
import type { Terminal } from "../command/context.ts";

/** Where text or bytes go, in order. One write at a time. */
export interface TextTarget {
  /** Bytes that stand there, those of earlier runs included. */
  readonly bytes: number;
  /** Resolves when the text is with the system, or when the stream wants more. Bytes must not change. */
  write(text: string | Uint8Array): Promise<void>;
  /** Resolves when what was written survives a loss of power; streams have no such thing. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A file that is open for appending and has so many bytes. */
export function fileTarget(file: FileHandle, from: number): TextTarget {
  let bytes = from;
  return {
    get bytes() {
      return bytes;
    },
    async write(text) {
      let rest = typeof text === "string" ? Buffer.from(text) : text;
      while (rest.byteLength > 0) {
        const { bytesWritten } = await file.write(rest, 0, rest.byteLength, null);
        bytes += bytesWritten;
        rest = rest.subarray(bytesWritten);
      }
    },
    sync: () => file.datasync(),
    close: () => file.close(),
  };
}

/** A stream, which stays open: it belongs to the process. */
export function streamTarget(stream: Terminal): TextTarget {
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    write(text) {
      bytes += Buffer.byteLength(text);
      if (stream.destroyed) return Promise.reject(stream.errored ?? closedStream());
      if (stream.write(text)) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const settle = (error?: Error): void => {
          stream.off("drain", onDrain).off("close", onClose).off("error", settle);
          if (error === undefined) resolve();
          else reject(error);
        };
        const onDrain = (): void => settle();
        const onClose = (): void => settle(stream.errored ?? closedStream());
        stream.once("drain", onDrain).once("close", onClose).once("error", settle);
      });
    },
    sync: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function closedStream(): Error {
  return Object.assign(new Error("output: expected it to be open, found it closed"), {
    code: "EPIPE",
  });
}
