import { OptionsError, type ConnectionOptions, type Secret } from "@nereid/core/transport-kit";

/** Header names and values, one after the other, as undici takes them. */
export type FlatHeaders = string[];

/** The headers that options ask for: authorization and custom ones. */
export interface OptionHeaders {
  /** A new list for each request; a promise only while a secret has to be asked for. */
  get(): FlatHeaders | Promise<FlatHeaders>;
  /** Forgets secrets that functions gave, because the server refused them. */
  forget(): void;
}

/** Triton keeps each header value in 8 KiB, and drops the connection beyond. */
const maxValueChars = 8000;

/** Makes the headers of a connection. Secrets that are functions are asked once, until refused. */
export function createOptionHeaders({ authToken, headers }: ConnectionOptions): OptionHeaders {
  const sources: (readonly [string, Secret])[] = Object.entries(headers);
  if (authToken !== undefined) sources.push(["authorization", authToken]);
  const isStatic = sources.every(([, secret]) => typeof secret === "string");
  let known: FlatHeaders | undefined = isStatic ? sources.flatMap(toLine) : undefined;

  const resolve = async (): Promise<FlatHeaders> => {
    const lines = await Promise.all(
      sources.map(async ([name, secret]) =>
        toLine([name, typeof secret === "string" ? secret : await secret()]),
      ),
    );
    known = lines.flat();
    return [...known];
  };

  return {
    get: () => (known === undefined ? resolve() : [...known]),
    forget() {
      if (!isStatic) known = undefined;
    },
  };
}

function toLine([name, secret]: readonly [string, Secret]): [string, string] {
  const text = typeof secret === "string" ? secret : "";
  const value = name === "authorization" ? withScheme(text) : text;
  if (value.length > maxValueChars || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    throw new OptionsError([
      {
        option: name,
        problem: `expected at most ${maxValueChars} printable characters, found other or more`,
      },
    ]);
  }
  return [name, value];
}

/** A bare token gets its scheme; a value that has one, in `custom-headers` or not, keeps it. */
function withScheme(value: string): string {
  return /^[A-Za-z][A-Za-z0-9-]*\s/.test(value) ? value : `Bearer ${value}`;
}
