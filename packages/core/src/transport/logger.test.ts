import { expect, it } from "vitest";
import { createVirtualClock } from "./virtual-clock.fixture.ts";
import { atLevel, parseLogLevel, type Logger } from "./logger.ts";
import { monitorPool } from "./pool-monitor.ts";

function createLines() {
  const lines: string[] = [];
  const to = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const logger: Logger = {
    debug: to("debug"),
    info: to("info"),
    warn: to("warn"),
    error: to("error"),
  };
  return { lines, logger };
}

it.each([
  ["debug", ["debug a", "info b", "warn c", "error d"]],
  ["warn", ["warn c", "error d"]],
  ["error", ["error d"]],
] as const)("passes on what is at %s or above", (level, expected) => {
  const { lines, logger } = createLines();
  const levelled = atLevel(logger, level);
  levelled?.debug("a");
  levelled?.info("b");
  levelled?.warn("c");
  levelled?.error("d");
  expect(lines).toEqual(expected);
});

it("is nothing when it is to be silent", () => {
  expect(atLevel(createLines().logger, "silent")).toBeUndefined();
});

it("reads levels in any case, and no other text", () => {
  expect([" Debug ", "WARN", "verbose", ""].map(parseLogLevel)).toEqual([
    "debug",
    "warn",
    undefined,
    undefined,
  ]);
});

it("goes on telling of a pool when a line could not be written", async () => {
  const clock = createVirtualClock();
  let lines = 0;
  const log = (): never => {
    lines += 1;
    throw new Error("a disk that is full");
  };
  const stop = monitorPool(() => ({ idle: 0, active: 0, queued: 0, total: 0 }), log, clock);
  await clock.advance(60_000);
  expect(lines).toBe(3);
  stop();
});
