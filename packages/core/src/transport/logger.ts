/** Takes log lines; pino's loggers and `console` are of this kind. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What is logged: a level and those above it. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

/** Reads a level; undefined for another text. */
export function parseLogLevel(text: string): LogLevel | undefined {
  return levels.find((level) => level === text.trim().toLowerCase());
}

/** Passes on what is at the level or above; undefined when that is nothing. */
export function atLevel(logger: Logger, least: LogLevel): Logger | undefined {
  if (least === "silent") return undefined;
  const to = (level: "debug" | "info" | "warn" | "error"): ((message: string) => void) =>
    levels.indexOf(level) < levels.indexOf(least)
      ? () => undefined
      : (message) => logger[level](message);
  return { debug: to("debug"), info: to("info"), warn: to("warn"), error: to("error") };
}

/** Logs at debug. A logger that throws, amid the events of a socket or a timer, would end the process. */
export function debugQuietly(logger: Pick<Logger, "debug">, message: string): void {
  try {
    logger.debug(message);
  } catch {
    // The caller's logger failed; the connection has not.
  }
}
