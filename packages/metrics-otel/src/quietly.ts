/** Tells an SDK something. What it throws, such as an exporter's error, is no failure of a request. */
export function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // It is the SDK's to say what is wrong with it.
  }
}
