import { DecodeError } from "../errors/errors.ts";

/**
 * Splits a body into its JSON and the binary tensors behind it.
 *
 * @param headerBytes - the value of `Inference-Header-Content-Length`; undefined: all is JSON
 * @throws DecodeError when the length does not lie within the body
 */
export function splitBody(
  body: Uint8Array,
  headerBytes: number | undefined,
): { readonly json: Uint8Array; readonly tail: Uint8Array } {
  const end = headerBytes ?? body.byteLength;
  if (!Number.isSafeInteger(end) || end < 0 || end > body.byteLength) {
    throw new DecodeError(
      `message: expected a JSON header of 0 to ${body.byteLength} bytes, found a length of ${end}`,
    );
  }
  return { json: body.subarray(0, end), tail: body.subarray(end) };
}
