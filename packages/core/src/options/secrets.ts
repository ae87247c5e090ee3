import type { Secret } from "./connection-options.ts";
import { isHeaderValue, isSecretFunction } from "./parse-headers.ts";

/** Gives the secret that `${scheme:name}` stands for, such as `${env:TOKEN}`. */
export type ResolveSecret = (scheme: string, name: string) => string | Promise<string>;

/** A reference, possibly behind other text: `Bearer ${env:TOKEN}`. */
const reference = /^([^$]*)\$\{([A-Za-z]{1,32}):([^{}\p{Cc}]{1,1024})\}$/u;

/** A secret, or what is wrong with it; the secret is not repeated. */
export type ParsedSecret = { readonly secret: Secret } | { readonly problem: string };

/** Reads a literal secret, a function, or a reference that the caller's resolver understands. */
export function parseSecret(value: unknown, resolve: ResolveSecret | undefined): ParsedSecret {
  if (isSecretFunction(value)) return { secret: value };
  if (typeof value !== "string" || value === "") {
    return { problem: "expected a secret as text or a function, found something else" };
  }
  if (value.includes("${")) return parseReference(value, resolve);
  if (isHeaderValue(value)) return { secret: value };
  return {
    problem: "expected at most 8,000 printable characters, found other characters or more",
  };
}

/** What looks like a reference is never sent as it stands: the server would only say 401. */
function parseReference(text: string, resolve: ResolveSecret | undefined): ParsedSecret {
  const [, before = "", scheme, name] = reference.exec(text) ?? [];
  if (scheme === undefined || name === undefined || !isHeaderValue(before)) {
    return {
      problem: "expected a reference such as ${env:NAME} at the end, found one of another form",
    };
  }
  if (resolve === undefined) {
    return { problem: `expected a resolver for secrets of "${scheme}", found none` };
  }
  if (before === "") return { secret: () => resolve(scheme, name) };
  return { secret: async () => `${before}${await resolve(scheme, name)}` };
}
