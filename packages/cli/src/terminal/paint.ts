import { styleText } from "node:util";
import type { CommandContext, Terminal } from "../command/context.ts";

/** Gives text its looks, where they are wanted. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly good: (text: string) => string;
}

/** Colours are for terminals, and for those who have not said no. @see https://no-color.org */
export function createPaint(terminal: Terminal, env: CommandContext["env"]): Paint {
  const refused = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  const colourful = terminal.isTTY === true && !refused;
  const paint =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      colourful ? styleText(format, text, { validateStream: false }) : text;
  return {
    strong: paint("bold"),
    faint: paint("dim"),
    bad: paint("red"),
    good: paint("green"),
  };
}
