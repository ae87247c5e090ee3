import { InferenceError } from "@nereid/core";

/** One way of getting an error, on purpose. */
export interface Provocation {
  readonly title: string;
  /** What to do about it, in a sentence or two. */
  readonly advice: string;
  /** Makes it happen; the error is thrown. */
  readonly provoke: () => Promise<unknown>;
}

/** What the page says of one code. */
export interface Section {
  /** The name of its class. */
  readonly errorClass: string;
  readonly meaning: string;
  readonly provocations: readonly Provocation[];
}

/** Gets the error, or fails when nothing was thrown. */
export async function errorOf({ title, provoke }: Provocation): Promise<InferenceError> {
  try {
    await provoke();
  } catch (error) {
    if (InferenceError.is(error)) return error;
    throw error;
  }
  throw new Error(`troubleshooting: expected "${title}" to fail, found that it worked`);
}
