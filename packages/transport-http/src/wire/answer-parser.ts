import type { AnswerHandler } from "./answer-handler.ts";
import { parseAnswerHead, type AnswerHead } from "./answer-head.ts";
import { createChunkedBody, type ChunkedBody } from "./chunked-body.ts";
import { notHttp, WireError } from "./wire-error.ts";

/** What a piece of bytes brought: not yet the end, the end, or the end and bytes that nobody asked for. */
export type Progress = "more" | "end" | "excess";

/** Takes what is read. */
export type AnswerReader = Pick<AnswerHandler, "onHead" | "onData">;

/** Reads the answers of one connection, one after the other. */
export interface AnswerParser {
  /** Reads on in the answer that is awaited. @throws WireError HTTP_INVALID, HTTP_HEAD_SIZE */
  push(bytes: Buffer, reader: AnswerReader): Progress;
  /** The server has closed. @returns true when that is the end of an answer without a length */
  close(): boolean;
  /** The head of the answer that was read last. */
  readonly head: AnswerHead | undefined;
}

const maxHeadBytes = 16 * 1024;
const headEnd = Buffer.from("\r\n\r\n", "latin1");

/** Makes a parser. Servers repeat themselves: the last head is remembered with its text. */
export function createAnswerParser(): AnswerParser {
  let text = "";
  let head: AnswerHead | undefined;
  let isReadingBody = false;
  /** The beginning of a head. */
  let unread: Buffer | undefined;
  let left = 0;
  let chunks: ChunkedBody | undefined;

  const parse = (found: string): AnswerHead => {
    if (head !== undefined && found === text) return head;
    head = parseAnswerHead(found);
    text = found;
    return head;
  };
  const begin = (next: AnswerHead, reader: AnswerReader): void => {
    isReadingBody = true;
    left = next.bodyBytes;
    if (next.framing === "chunked") chunks = createChunkedBody((piece) => reader.onData(piece));
    reader.onHead(next.status, next.headers);
  };
  /** Reads heads until the final one. @returns where the body begins; -1 while bytes are missing */
  const readHead = (bytes: Buffer, reader: AnswerReader): number => {
    let at = 0;
    for (;;) {
      const found = bytes.indexOf(headEnd, at);
      // Where it is not found, it may have begun in the last three bytes.
      const end = found === -1 ? bytes.length - (headEnd.length - 1) : found;
      if (end - at > maxHeadBytes) {
        throw new WireError("HTTP_HEAD_SIZE", "expected headers of at most 16 KiB, found more");
      }
      if (found === -1) {
        if (!looksLikeHttp(bytes, at)) throw notHttp("the status line of HTTP/1.0 or 1.1");
        // Not a view, which would keep the whole piece in memory.
        if (at < bytes.length) unread = Buffer.from(bytes.subarray(at));
        return -1;
      }
      const next = parse(bytes.toString("latin1", at, found));
      at = found + headEnd.length;
      // Nobody asks for another protocol, so that no server may change to one.
      if (next.status === 101) throw notHttp("an answer");
      if (next.status < 200) continue;
      begin(next, reader);
      return at;
    }
  };
  const readBody = (bytes: Buffer, from: number, reader: AnswerReader): number => {
    if (chunks !== undefined) return chunks.push(bytes, from);
    if (head?.framing === "none") return from;
    const end = head?.framing === "close" ? bytes.length : Math.min(bytes.length, from + left);
    left -= end - from;
    if (end > from) reader.onData(bytes.subarray(from, end));
    return end;
  };
  const isOver = (): boolean => {
    if (head?.framing === "close") return false;
    return chunks === undefined ? left === 0 : chunks.isOver;
  };

  return {
    push(piece, reader) {
      const bytes = unread === undefined ? piece : Buffer.concat([unread, piece]);
      unread = undefined;
      const from = isReadingBody ? 0 : readHead(bytes, reader);
      if (from === -1) return "more";
      const at = readBody(bytes, from, reader);
      if (!isOver()) return "more";
      isReadingBody = false;
      chunks = undefined;
      return at === bytes.length ? "end" : "excess";
    },
    close: () => isReadingBody && head?.framing === "close",
    get head() {
      return head;
    },
  };
}

const firstWord = "HTTP/1.";

/** Without this, whoever greets in another protocol would be waited for. */
function looksLikeHttp(bytes: Buffer, at: number): boolean {
  const word = bytes.toString("latin1", at, Math.min(bytes.length, at + firstWord.length));
  return firstWord.startsWith(word);
}
