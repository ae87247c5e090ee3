import { expect, it } from "vitest";
import { createEnvironmentLogger } from "./environment-logger.ts";

function linesWith(level: string | undefined): readonly string[] {
  const lines: string[] = [];
  const logger = createEnvironmentLogger({
    environment: (name) => (name === "NEREID_LOG" ? level : "debug"),
    writeLine: (line) => lines.push(line),
  });
  logger?.debug("retry");
  logger?.warn("insecure");
  return lines;
}

it.each([
  [undefined, []],
  ["", []],
  ["silent", []],
  ["debug", ["debug retry", "warn insecure"]],
  ["warn", ["warn insecure"]],
  ["loud", ["NEREID_LOG: expected debug, info, warn, error or silent, found another text"]],
])("with NEREID_LOG=%s logs %j", (level, expected) => {
  expect(linesWith(level)).toEqual(expected);
});
