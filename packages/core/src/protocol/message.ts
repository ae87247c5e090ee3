/** A V2 message as HTTP carries it: JSON, and behind it the bytes of its binary tensors. */
export interface EncodedMessage {
  /** The JSON, in ASCII alone: its length is its size in bytes. */
  readonly header: string;
  /** The binary tensors' own memory, not copied, in the order of the tensors; none is empty. */
  readonly chunks: readonly Uint8Array[];
  /** Size of header and chunks together. */
  readonly bodyBytes: number;
  /** True when a tensor is in binary form, so that the header's length must be told. */
  readonly binary: boolean;
}

/** Joins header and chunks into the facts of a message. */
export function createMessage(
  header: string,
  chunks: readonly Uint8Array[],
  binary: boolean,
): EncodedMessage {
  let bodyBytes = header.length;
  for (const chunk of chunks) bodyBytes += chunk.byteLength;
  return { header, chunks, bodyBytes, binary };
}
