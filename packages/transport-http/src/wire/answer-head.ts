import { headerText, type AnswerHeaders } from "../answer-headers.ts";
import { isFieldName, isFieldValue, trimField } from "./field.ts";
import { notHttp } from "./wire-error.ts";

/** Where the body of an answer ends: RFC 9112, 6.3. */
export type Framing = "none" | "length" | "chunked" | "close";

/** An answer's status line and headers. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly framing: Framing;
  /** With framing `length`, the body's bytes; 0 otherwise. */
  readonly bodyBytes: number;
  /** Whether the connection may carry another exchange behind this one. */
  readonly keepAlive: boolean;
  /** How long the server keeps an idle connection, where it says so. */
  readonly keepAliveMs?: number;
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;

/**
 * Reads a head. What could be read in two ways is refused: folded lines, spaces before a colon, bare line
 * breaks, a length beside chunks, two lengths.
 *
 * @param text - all lines but the empty one, without the last line break; a character for each byte
 * @throws WireError HTTP_INVALID
 */
export function parseAnswerHead(text: string): AnswerHead {
  const [first = "", ...lines] = text.split("\r\n");
  const [, minor, digits] = statusLine.exec(first) ?? [];
  if (digits === undefined) throw notHttp("the status line of HTTP/1.0 or 1.1");
  const status = Number(digits);
  const headers = parseHeaders(lines);
  const { framing, bodyBytes } = framingOf(status, headers, minor === "1");
  const isBodyLeft = framing === "close" || isBodyOfNone(framing, headers);
  const keepAliveMs = keepAliveOf(headers);
  return {
    status,
    headers,
    framing,
    bodyBytes,
    keepAlive: !isBodyLeft && staysOpen(headers, minor === "1"),
    ...(keepAliveMs === undefined ? {} : { keepAliveMs }),
  };
}

/** Without a prototype: any name may come. @throws WireError HTTP_INVALID */
export function parseHeaders(lines: readonly string[]): AnswerHeaders {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    const value = line.slice(colon + 1);
    if (!isFieldName(name) || !isFieldValue(value)) throw notHttp("a header line");
    const key = name.toLowerCase();
    const text = trimField(value);
    const before = headers[key];
    if (before === undefined) headers[key] = text;
    else if (typeof before === "string") headers[key] = [before, text];
    else before.push(text);
  }
  return headers;
}

function framingOf(
  status: number,
  headers: AnswerHeaders,
  isHttp11: boolean,
): Pick<AnswerHead, "framing" | "bodyBytes"> {
  const length = headers["content-length"];
  const coding = headers["transfer-encoding"];
  if (length !== undefined && !(typeof length === "string" && /^\d{1,15}$/.test(length))) {
    throw notHttp("one content-length in digits");
  }
  if (coding !== undefined) {
    const isChunked = typeof coding === "string" && coding.toLowerCase() === "chunked";
    if (!isChunked || !isHttp11 || length !== undefined) throw notHttp("one framing of the body");
  }
  if (status < 200 || status === 204 || status === 304) return { framing: "none", bodyBytes: 0 };
  if (coding !== undefined) return { framing: "chunked", bodyBytes: 0 };
  if (length === undefined) return { framing: "close", bodyBytes: 0 };
  return { framing: "length", bodyBytes: Number(length) };
}

/** An answer that has no body but announces one: what comes behind it may be that body. */
function isBodyOfNone(framing: Framing, headers: AnswerHeaders): boolean {
  if (framing !== "none") return false;
  return Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
}

function staysOpen(headers: AnswerHeaders, isHttp11: boolean): boolean {
  const options = String(headers["connection"] ?? "")
    .toLowerCase()
    .split(",")
    .map(trimField);
  return !options.includes("close") && (isHttp11 || options.includes("keep-alive"));
}

function keepAliveOf(headers: AnswerHeaders): number | undefined {
  const [, seconds] =
    /(?:^|[,; ])timeout=(\d{1,9})/.exec(headerText(headers, "keep-alive") ?? "") ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
