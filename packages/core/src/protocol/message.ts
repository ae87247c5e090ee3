/** A V2 message as HTTP carries it: JSON, and behind it the bytes of its binary tensors. */
export interface EncodedMessage {
  /** The JSON, in ASCII alone. */
  readonly header: string;
  /** Size of the JSON: the value of `Inference-Header-Content-Length`. */
  readonly headerBytes: number;
  /** The binary tensors' own memory, not copied, in the order of the tensors; none is empty. */
  readonly chunks: readonly Uint8Array[];
  /** Size of header and chunks together. */
  readonly bodyBytes: number;
  /** True when the header's length must be told to the reader. */
  readonly binary: boolean;
}

/** Adds the sizes to the parts of a message. */
export function createMessage(
  header: string,
  chunks: readonly Uint8Array[],
  binary: boolean,
): EncodedMessage {
  let bodyBytes = header.length;
  for (const chunk of chunks) bodyBytes += chunk.byteLength;
  return { header, headerBytes: header.length, chunks, bodyBytes, binary };
}
