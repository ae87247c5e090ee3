import { TransportError } from "../errors/errors.ts";
import type { ConnectionOptions, Secret } from "../options/connection-options.ts";
import { checkHeaderValue, type FlatHeaders } from "./header-lines.ts";
import { redactLines, type Redact } from "./redact.ts";

/** The headers that options ask for: authorization and custom ones. */
export interface OptionHeaders {
  /** Names in lower case; a promise only while a secret has to be asked for. */
  get(): FlatHeaders | Promise<FlatHeaders>;
  /** Takes what was last sent out of a text. */
  readonly redact: Redact;
  /** Forgets secrets that functions gave, because the server refused them. */
  forget(): void;
}

/**
 * Makes the headers of a connection. Secrets that are functions are asked once for all calls, and
 * again by the first call after a refusal.
 */
export function createOptionHeaders({
  authToken,
  headers,
}: Pick<ConnectionOptions, "authToken" | "headers">): OptionHeaders {
  const sources: (readonly [string, Secret])[] = Object.entries(headers);
  if (authToken !== undefined) sources.push(["authorization", authToken]);
  const toLine = (name: string, value: string): readonly [string, string] => {
    checkHeaderValue(name, value);
    return [name, name === "authorization" && authToken !== undefined ? bearer(value) : value];
  };
  const fixed = sources.flatMap(([name, secret]) =>
    typeof secret === "string" ? toLine(name, secret) : [],
  );
  if (fixed.length === 2 * sources.length) {
    const redact: Redact = (text) => redactLines(text, fixed);
    return { get: () => fixed, redact, forget: () => undefined };
  }

  let known: FlatHeaders | undefined;
  /** Also behind a refusal, whose text is the one that quotes them. */
  let last: FlatHeaders = fixed;
  let asking: Promise<FlatHeaders> | undefined;
  const ask = async (): Promise<FlatHeaders> => {
    const lines = sources.map(async ([name, secret]) => toLine(name, await askFor(name, secret)));
    last = (await Promise.all(lines)).flat();
    return last;
  };
  const start = (): Promise<FlatHeaders> => {
    const asked = ask();
    const settle = (given?: FlatHeaders): void => {
      if (asking !== asked) return;
      asking = undefined;
      known = given;
    };
    asked.then(settle, () => settle());
    return asked;
  };
  return {
    get: () => known ?? (asking ??= start()),
    redact: (text) => redactLines(text, last),
    forget() {
      known = undefined;
      asking = undefined;
    },
  };
}

async function askFor(name: string, secret: Secret): Promise<string> {
  if (typeof secret === "string") return secret;
  try {
    return await secret();
  } catch (cause) {
    throw new TransportError(`header "${name}": expected its secret, found that asking failed`, {
      delivery: "not-sent",
      retryable: true,
      cause,
    });
  }
}

function bearer(token: string): string {
  return /^Bearer\s/i.test(token) ? token : `Bearer ${token}`;
}
