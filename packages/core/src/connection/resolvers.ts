import { OptionsError } from "../errors/errors.ts";
import type { OptionResolvers } from "../options/parse-connection-options.ts";

/** What the machine offers to references in options. */
export interface ReferenceSources {
  /** The environment variable of a name. */
  readonly environment: (name: string) => string | undefined;
  /** The text of a file, now: TLS material is read when options are. @throws when there is none */
  readonly readText: (path: string) => string;
  /** The text of a file, later: secrets are read when they are needed. */
  readonly readTextAsync: (path: string) => Promise<string>;
}

/** Makes resolvers of `${env:NAME}` and `${file:PATH}` in secrets, and of paths of PEM files. */
export function createResolvers(sources: ReferenceSources): Required<OptionResolvers> {
  const schemes: Readonly<Record<string, (name: string) => string | Promise<string>>> = {
    env(name) {
      const value = sources.environment(name);
      if (value !== undefined && value !== "") return value;
      throw missing(`expected the environment variable ${name}, found none`);
    },
    async file(path) {
      try {
        // Files end with a line break that is no part of the secret.
        return (await sources.readTextAsync(path)).replace(/\r?\n$/, "");
      } catch (cause) {
        throw missing(
          `expected a file with a secret at ${path}, found none that can be read`,
          cause,
        );
      }
    },
  };
  return {
    resolveSecret(scheme, name) {
      const resolve = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
      if (resolve !== undefined) return resolve(name);
      throw missing(`expected a secret of env or file, found "${scheme}"`);
    },
    readText: sources.readText,
  };
}

function missing(problem: string, cause?: unknown): OptionsError {
  return new OptionsError([{ option: "secret", problem }], { cause });
}
