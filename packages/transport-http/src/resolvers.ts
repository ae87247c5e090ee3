import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import {
  createEnvironmentLogger,
  createResolvers,
  type Logger,
  type OptionResolvers,
} from "@nereid/core/transport-kit";

/**
 * Resolvers of this machine: `${env:NAME}` and `${file:PATH}` in secrets, and paths of PEM files.
 * `createHttpTransport` uses them; pass them to `createModelFromOptions` to allow them there.
 */
export const nodeResolvers: Required<OptionResolvers> = createResolvers({
  environment: (name) => process.env[name],
  readText: (path) => readFileSync(path, "utf8"),
  readTextAsync: (path) => readFile(path, "utf8"),
});

/** The logger that the environment variable NEREID_LOG asks for, to stderr; undefined without it. */
export function environmentLogger(): Logger | undefined {
  return createEnvironmentLogger({
    environment: (name) => process.env[name],
    writeLine: (line) => void process.stderr.write(`${line}\n`),
  });
}
