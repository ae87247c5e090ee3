import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { OptionsError, type OptionResolvers } from "@nereid/core/transport-kit";

/** How a reference of each scheme is resolved. */
const schemes: ReadonlyMap<string, (name: string) => string | Promise<string>> = new Map<
  string,
  (name: string) => string | Promise<string>
>([
  ["env", readEnvironment],
  ["file", readSecretFile],
]);

/**
 * Resolvers of this machine: `${env:NAME}` and `${file:PATH}` in secrets, and paths of PEM files.
 * `createHttpTransport` uses them; pass them to `createModelFromOptions` to allow them there.
 */
export const nodeResolvers: Required<OptionResolvers> = {
  resolveSecret(scheme, name) {
    const resolve = schemes.get(scheme);
    if (resolve !== undefined) return resolve(name);
    throw missing(`expected a secret of env or file, found "${scheme}"`);
  },
  readText: (path) => readFileSync(path, "utf8"),
};

function readEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw missing(`expected the environment variable ${name}, found none`);
  }
  return value;
}

/** Files end with a line break that is no part of the secret. */
async function readSecretFile(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/\r?\n$/, "");
  } catch (cause) {
    throw missing(`expected a file with a secret at ${path}, found none that can be read`, cause);
  }
}

function missing(problem: string, cause?: unknown): OptionsError {
  return new OptionsError([{ option: "secret", problem }], { cause });
}
