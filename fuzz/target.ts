/** Something that reads what others wrote. */
export interface FuzzTarget {
  /** Names its regression file. */
  readonly name: string;
  /** Good inputs, which are changed at random. */
  readonly samples: readonly Uint8Array[];
  /**
   * Reads an input. A refusal is one of ours and passes; anything else that is thrown is a fault, and so
   * is a broken promise that the target checks.
   */
  read(bytes: Uint8Array): unknown;
}

const encoder = new TextEncoder();

/** Texts as samples. */
export const texts = (...samples: readonly string[]): readonly Uint8Array[] =>
  samples.map((text) => encoder.encode(text));

const decoder = new TextDecoder();

/** Bytes as a text, as a decoder that never fails reads them. */
export const asText = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Fails a target whose promise did not hold. */
export function promise(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken promise: ${what}`);
}
