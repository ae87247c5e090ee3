import { DecodeError } from "@nereid/core/transport-kit";

/**
 * A message on the wire is one byte that tells whether it is compressed, its length in four bytes, and
 * the message.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export const prefixBytes = 5;

/** Reads messages from chunks that are cut anywhere. */
export interface FrameReader {
  /**
   * Takes a chunk and hands on each message that it completes. The message's memory is its own.
   *
   * @throws DecodeError for a message that is compressed or beyond the limit, before memory is taken for it
   */
  push(chunk: Buffer, onMessage: (message: Buffer) => void): void;
  /** True between messages. */
  readonly isEmpty: boolean;
}

/** Makes a reader of messages of up to `maxBytes`. */
export function createFrameReader(where: string, maxBytes: number): FrameReader {
  const prefix = Buffer.alloc(prefixBytes);
  let prefixFilled = 0;
  let message: Buffer | undefined;
  let filled = 0;

  const begin = (): Buffer => {
    const length = prefix.readUInt32BE(1);
    if (prefix[0] !== 0) {
      throw new DecodeError(`${where}: expected an uncompressed message, found a compressed one`);
    }
    if (length > maxBytes) {
      throw new DecodeError(
        `${where}: expected a message of at most ${maxBytes} bytes, found one of ${length}`,
      );
    }
    return Buffer.allocUnsafe(length);
  };

  return {
    push(chunk, onMessage) {
      let at = 0;
      while (at < chunk.length) {
        if (message === undefined) {
          const taken = chunk.copy(prefix, prefixFilled, at, at + prefixBytes - prefixFilled);
          prefixFilled += taken;
          at += taken;
          if (prefixFilled < prefixBytes) return;
          message = begin();
        }
        const taken = chunk.copy(message, filled, at, at + message.length - filled);
        filled += taken;
        at += taken;
        if (filled < message.length) return;
        const complete = message;
        message = undefined;
        filled = 0;
        prefixFilled = 0;
        onMessage(complete);
      }
    },
    get isEmpty() {
      return message === undefined && prefixFilled === 0;
    },
  };
}
