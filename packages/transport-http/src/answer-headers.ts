import { DecodeError } from "@nereid/core/transport-kit";

/** Headers of an answer by lower-case name; a list when the name came more than once. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The value of a header that came once; undefined otherwise. */
export function headerText(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * Reads `Inference-Header-Content-Length`. Content types are not to be trusted.
 *
 * @returns undefined when the answer has none and is JSON alone
 * @throws DecodeError when it is no whole number in decimal digits, or came twice
 */
export function readHeaderBytes(headers: AnswerHeaders, where: () => string): number | undefined {
  const value = headers["inference-header-content-length"];
  if (value === undefined) return undefined;
  if (typeof value === "string" && /^[0-9]{1,15}$/.test(value)) return Number(value);
  const found = typeof value === "string" ? "something else" : `${value.length} values`;
  throw new DecodeError(
    `${where()}: expected Inference-Header-Content-Length to be one whole number, found ${found}`,
  );
}
