import type { CommandContext } from "../command/context.ts";
import { createPaint, type Paint } from "./paint.ts";

/** What a rendering knows of the stream that it is for. */
export interface Look {
  readonly paint: Paint;
  /** Characters in a line; infinite where nobody looks. */
  readonly width: number;
}

/** The word for what a server does not tell. */
export const unknown = "unknown";

/** How results are to look. */
export function createLook({ output, env }: Pick<CommandContext, "output" | "env">): Look {
  const width = output.isTTY === true ? (output.columns ?? 80) : Number.POSITIVE_INFINITY;
  return { paint: createPaint(output, env), width };
}
