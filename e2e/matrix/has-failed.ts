import type { StageControls } from "./fault-row.ts";

/** Resolves behind the first attempt that failed. */
export async function hasFailed({ attemptErrors }: StageControls): Promise<void> {
  while (attemptErrors() === 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}
