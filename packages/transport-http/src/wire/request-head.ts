import type { RequestBody } from "../request-body.ts";
import { isFieldName, isFieldValue } from "./field.ts";
import { WireError } from "./wire-error.ts";

/** The line and headers that begin a request. */
export interface RequestLine {
  readonly method: "GET" | "POST";
  /** From the first slash on. */
  readonly path: string;
  /** Names and values in turn, without those that belong to the connection. */
  readonly headers: readonly string[];
  readonly body: Pick<RequestBody, "byteLength"> | undefined;
}

const target = /^\/[\x21-\x7e]*$/;

/**
 * Writes the head of a request, empty line included, one character for each byte.
 *
 * @param closeAfter - true: the server is asked to close the connection
 * @throws WireError HTTP_HEADER
 */
export function requestHead(
  { method, path, headers, body }: RequestLine,
  host: string,
  closeAfter: boolean,
): string {
  if (!target.test(path)) throw unfit("a path");
  const connection = closeAfter ? "close" : "keep-alive";
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: ${connection}\r\n`;
  for (let at = 0; at < headers.length; at += 2) {
    const key = headers[at] ?? "";
    const text = headers[at + 1] ?? "";
    if (!isFieldName(key) || !isFieldValue(text)) throw unfit("a header");
    head += `${key}: ${text}\r\n`;
  }
  if (method === "GET" && body === undefined) return `${head}\r\n`;
  return `${head}content-length: ${body?.byteLength ?? 0}\r\n\r\n`;
}

function unfit(what: string): WireError {
  return new WireError("HTTP_HEADER", `expected ${what} that HTTP can carry, found another`);
}
