import { DecodeError } from "@nereid/core/transport-kit";

/** Puts the pieces of an answer's body together. */
export interface BodyCollector {
  /** @throws DecodeError when the body grows beyond its bound */
  add(chunk: Uint8Array): void;
  /** The whole body, in memory of its own. */
  finish(): Uint8Array;
}

/** How large a body may get, and what is known of it beforehand. */
export interface BodyBounds {
  /** The Content-Length, where there is one. */
  readonly length: number | undefined;
  readonly maxBytes: number;
  /** Bytes of the body before its first tensor, which is put on an 8-byte boundary. */
  readonly headerBytes: number;
  /** Where, for messages. */
  readonly where: string;
}

/**
 * Makes a collector. A body of known length goes into one piece of memory, taken after the length was
 * compared with the bound, and laid out so that the first tensor behind the JSON is aligned.
 *
 * @throws DecodeError when the announced length is beyond the bound
 */
export function createBodyCollector(bounds: BodyBounds): BodyCollector {
  const { length, maxBytes, where } = bounds;
  if (length === undefined) return collectChunks(bounds);
  if (length > maxBytes) throw tooLarge(where, maxBytes, length);
  const pad = (8 - (bounds.headerBytes % 8)) % 8;
  const body = new Uint8Array(length + pad).subarray(pad);
  let received = 0;
  return {
    add(chunk) {
      if (received + chunk.byteLength > length)
        throw tooLarge(where, length, received + chunk.byteLength);
      body.set(chunk, received);
      received += chunk.byteLength;
    },
    finish: () => body.subarray(0, received),
  };
}

function collectChunks({ maxBytes, where }: BodyBounds): BodyCollector {
  const chunks: Uint8Array[] = [];
  let received = 0;
  return {
    add(chunk) {
      received += chunk.byteLength;
      if (received > maxBytes) throw tooLarge(where, maxBytes, received);
      chunks.push(chunk);
    },
    finish: () => Buffer.concat(chunks, received),
  };
}

function tooLarge(where: string, maxBytes: number, found: number): DecodeError {
  return new DecodeError(
    `${where}: expected an answer of at most ${maxBytes} bytes, found at least ${found}`,
  );
}
