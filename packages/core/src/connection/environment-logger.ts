import { atLevel, parseLogLevel, type Logger } from "../transport/logger.ts";

/** What the machine offers to logging. */
export interface LogSources {
  /** The environment variable of a name. */
  readonly environment: (name: string) => string | undefined;
  readonly writeLine: (line: string) => void;
}

/** The logger that `NEREID_LOG` asks for, by its level; undefined without it: silent. */
export function createEnvironmentLogger({
  environment,
  writeLine,
}: LogSources): Logger | undefined {
  const asked = environment("NEREID_LOG") ?? "";
  if (asked === "") return undefined;
  const level = parseLogLevel(asked);
  if (level === undefined) {
    writeLine("NEREID_LOG: expected debug, info, warn, error or silent, found another text");
    return undefined;
  }
  const to = (name: string) => (message: string) => writeLine(`${name} ${message}`);
  const all = { debug: to("debug"), info: to("info"), warn: to("warn"), error: to("error") };
  return atLevel(all, level);
}
