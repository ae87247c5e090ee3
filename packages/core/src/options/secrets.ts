import type { Secret } from "./connection-options.ts";
import { isHeaderValue, isSecretFunction } from "./parse-headers.ts";

/** Gives the secret that `${scheme:name}` stands for, such as `${env:TOKEN}`. */
export type ResolveSecret = (scheme: string, name: string) => string | Promise<string>;

const reference = /^\$\{([A-Za-z]{1,32}):([^{}]{1,1024})\}$/;

/** A secret, or what is wrong with it; the secret is not repeated. */
export type ParsedSecret = { readonly secret: Secret } | { readonly problem: string };

/** Reads a literal secret, a function, or a reference that the caller's resolver understands. */
export function parseSecret(value: unknown, resolve: ResolveSecret | undefined): ParsedSecret {
  if (isSecretFunction(value)) return { secret: value };
  if (typeof value !== "string" || value === "") {
    return { problem: "expected a secret as text or a function, found something else" };
  }
  const [, scheme, name] = reference.exec(value) ?? [];
  if (scheme !== undefined && name !== undefined) {
    if (resolve === undefined) {
      return { problem: `expected a resolver for secrets of "${scheme}", found none` };
    }
    return { secret: () => resolve(scheme, name) };
  }
  if (!isHeaderValue(value)) {
    return {
      problem: "expected at most 8,000 printable characters, found other characters or more",
    };
  }
  return { secret: value };
}
