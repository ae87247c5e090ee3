import { failing, lost, mended, wrong } from "./expectations.ts";
import type { AttemptError, Expectation, FaultRow } from "./fault-row.ts";
import type { HttpAnswer, HttpLie } from "./http-liar.ts";

/** The header that tells how long the JSON part is. */
export const lengthHeader = "inference-header-content-length";
/** A row of HTTP alone. */
export const row = (
  id: string,
  what: string,
  http: (right: HttpAnswer) => HttpLie,
  expect: Expectation,
  more: Partial<FaultRow["inject"]> = {},
): FaultRow => ({ id, what, wires: ["http"], inject: { http, ...more }, expect });
/** The batch fails. */
export const fails: Expectation = failing(wrong);
/** A head of HTTP. */
export const lines = (...text: readonly string[]): string => `${text.join("\r\n")}\r\n\r\n`;
/** Bytes, then the end. */
export const raw =
  (...pieces: readonly (string | Buffer)[]) =>
  (): HttpLie => ({ pieces });
/** The right answer with headers changed. */
export const withHeaders =
  (headers: Readonly<Record<string, string>>) =>
  (right: HttpAnswer): HttpLie => ({
    ...right,
    headers: { ...right.headers, ...headers },
  });
/** The answer with its JSON part changed, and all lengths right. */
export const withJson =
  (change: (json: string) => string) =>
  ({ status, headers, body }: HttpAnswer): HttpLie => {
    const cut = Number(headers[lengthHeader] ?? body.length);
    const json = Buffer.from(change(body.subarray(0, cut).toString()));
    const changed = Buffer.concat([json, body.subarray(cut)]);
    const lengths = { "content-length": String(changed.length) };
    const part = headers[lengthHeader] === undefined ? {} : { [lengthHeader]: String(json.length) };
    return { status, headers: { ...headers, ...lengths, ...part }, body: changed };
  };
/** The right answer with its body changed, and its length right. */
export const withBody =
  (change: (body: Buffer) => Buffer, more: Readonly<Record<string, string>> = {}) =>
  ({ status, headers, body }: HttpAnswer): HttpLie => {
    const changed = change(body);
    const lengths = { "content-length": String(changed.length), ...more };
    return { status, headers: { ...headers, ...lengths }, body: changed };
  };
/** An answer without binary parts. */
export const plain = (status: number, text: string) => (): HttpLie => ({
  status,
  headers: { "content-type": "application/json" },
  body: Buffer.from(text),
});
/** The head of the right answer, its framing left to the caller. */
export const asHead = ({ headers }: HttpAnswer, ...more: readonly string[]): string =>
  lines(
    "HTTP/1.1 200 OK",
    ...Object.entries(headers).flatMap(([name, value]) =>
      ["content-length", "transfer-encoding"].includes(name) ? [] : [`${name}: ${value}`],
    ),
    ...more,
  );
/** Whichever is noticed first. */
export const either: readonly AttemptError[] = [lost, wrong];
/** The connection is given up, and the request repeated. */
export const ends: Expectation = mended(lost);
