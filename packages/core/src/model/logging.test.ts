import { expect, it } from "vitest";
import { TransportError } from "../errors/errors.ts";
import type { Logger, LogLevel } from "../transport/logger.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

/** What is logged of a record that arrives at its second attempt. */
async function linesOf(own: boolean, logLevel?: LogLevel): Promise<readonly string[]> {
  const lines: string[] = [];
  const logger: Logger = {
    debug: (line) => lines.push(`own ${line}`),
    info: (line) => lines.push(line),
    warn: (line) => lines.push(line),
    error: (line) => lines.push(line),
  };
  const transport = createDoubleTransport();
  const theirs = { ...logger, debug: (line: string): void => void lines.push(`theirs ${line}`) };
  const reporting = Object.assign(transport, { report: () => ({ servers: [], logger: theirs }) });
  const clock = createVirtualClock();
  await using model = await createModel({
    transport: reporting,
    model: "double",
    clock,
    random: () => 1,
    ...(own ? { logger } : {}),
    ...(logLevel === undefined ? {} : { logLevel }),
  });
  transport.gate = async ({ call }) => {
    if (call.attempt === 1) {
      throw new TransportError("cut", { delivery: "not-sent", retryable: true });
    }
  };
  const row = model.predict({ x: 1 });
  await clock.advance(100);
  await row;
  return lines;
}

const line = 'model "double": attempt 2 in 100 ms, for the one before was a failure';

it("goes to the model's logger, or else to its transport's", async () => {
  expect(await linesOf(true)).toEqual([`own ${line}`]);
  expect(await linesOf(false)).toEqual([`theirs ${line}`]);
});

it("is no more than the level asks for", async () => {
  expect(await linesOf(true, "info")).toEqual([]);
  expect(await linesOf(true, "silent")).toEqual([]);
});
