import { EncodeError } from "../errors/errors.ts";

/** Header names and values, one after the other. */
export type FlatHeaders = readonly string[];

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
const printable = /^[\t\x20-\x7e\x80-\xff]*$/;
const maxValueChars = 8000;

/**
 * Checks a value before it becomes a header line.
 *
 * @throws EncodeError that does not repeat the value
 * @see Triton, `http_server.cc`: a line beyond 8 KiB ends the connection without an answer
 */
export function checkHeaderValue(name: string, value: unknown): void {
  if (typeof value === "string" && value.length <= maxValueChars && printable.test(value)) return;
  throw new EncodeError(
    `header "${name}": expected at most ${maxValueChars} printable characters, found another value`,
  );
}

/**
 * Joins the headers of every request with those of one call, which win.
 *
 * @param base - names in lower case and values in turn
 * @param isOwned - tells names, in lower case, that the transport writes itself
 * @throws EncodeError for a name or value that cannot be sent, or that the protocol owns
 */
export function joinHeaders(
  base: FlatHeaders,
  own: Readonly<Record<string, string>>,
  isOwned: (name: string) => boolean,
): string[] {
  const names = Object.keys(own);
  if (names.length === 0) return base.slice();
  const replaced = new Set<string>();
  const added: string[] = [];
  for (const name of names) {
    const value = own[name];
    const lowered = name.toLowerCase();
    if (!token.test(name) || isOwned(lowered)) {
      throw new EncodeError(
        `header "${name.slice(0, 64).replace(/[^\x21-\x7e]/g, "?")}": expected a header of your own, found one that is not`,
      );
    }
    checkHeaderValue(lowered, value);
    replaced.add(lowered);
    added.push(lowered, value ?? "");
  }
  const kept = base.filter((_, at) => !replaced.has(base[at - (at % 2)] ?? ""));
  return [...kept, ...added];
}
