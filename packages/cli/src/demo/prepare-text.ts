/** Bytes of a file that the classifier looks at. */
export const sampleBytes = 2048;

/** Shorter files are passed over: `export {};` is as good in one language as in another. */
export const leastBytes = 40;

const half = sampleBytes / 2;

/**
 * The classifier's input for a file: its bytes as INT32 `[2048]`, zeros behind a short one. Of a long
 * file it is the first and the middle kilobyte, because the first is often a licence.
 */
export function prepareText(content: Uint8Array): Int32Array {
  const sample = new Int32Array(sampleBytes);
  if (content.byteLength <= sampleBytes) {
    sample.set(content);
    return sample;
  }
  const middle = (content.byteLength - half) >>> 1;
  sample.set(content.subarray(0, half));
  sample.set(content.subarray(middle, middle + half), half);
  return sample;
}
