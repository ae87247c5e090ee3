import { parseHeaders } from "./answer-head.ts";
import { notHttp } from "./wire-error.ts";

/** Takes a body out of its chunks: RFC 9112, 7.1. */
export interface ChunkedBody {
  /**
   * Reads on from `at`.
   *
   * @returns where the next byte is that it did not take; less than the length only behind the body's end
   * @throws WireError HTTP_INVALID
   */
  push(bytes: Buffer, at: number): number;
  readonly isOver: boolean;
}

/** A line with a chunk's size and its extensions, or all trailers together. */
const maxLineBytes = 1024;
const maxTrailerBytes = 16 * 1024;
const sizeLine = /^([0-9A-Fa-f]{1,12})(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
const lineFeed = 0x0a;

/** Makes a reader of one body. @param onData - takes the pieces, which are views on what was pushed */
export function createChunkedBody(onData: (piece: Uint8Array) => void): ChunkedBody {
  let step: "size" | "data" | "data end" | "trailer" | "over" = "size";
  let line = "";
  let left = 0;
  let trailerBytes = 0;

  /** Adds to the line what belongs to it; true when its end has come. */
  const isWhole = (bytes: Buffer, at: number, end: number): boolean => {
    line += bytes.toString("latin1", at, end);
    const most = step === "trailer" ? maxTrailerBytes - trailerBytes : maxLineBytes;
    if (line.length > most) throw notHttp("shorter lines between chunks");
    return line.endsWith("\n");
  };
  const onLine = (text: string): void => {
    if (step === "size") {
      const [, digits] = sizeLine.exec(text) ?? [];
      if (digits === undefined) throw notHttp("the size of a chunk");
      left = Number.parseInt(digits, 16);
      step = left === 0 ? "trailer" : "data";
    } else if (step === "data end") {
      if (text !== "") throw notHttp("a line break behind a chunk");
      step = "size";
    } else if (text === "") step = "over";
    else {
      trailerBytes += text.length + 2;
      parseHeaders([text]);
    }
  };
  const readLine = (bytes: Buffer, at: number): number => {
    const found = bytes.indexOf(lineFeed, at);
    const end = found === -1 ? bytes.length : found + 1;
    if (!isWhole(bytes, at, end)) return end;
    if (!line.endsWith("\r\n")) throw notHttp("lines that end with CR and LF");
    const text = line.slice(0, -2);
    line = "";
    onLine(text);
    return end;
  };
  const readData = (bytes: Buffer, at: number): number => {
    const end = Math.min(bytes.length, at + left);
    left -= end - at;
    if (left === 0) step = "data end";
    onData(bytes.subarray(at, end));
    return end;
  };

  const chunked: ChunkedBody & { isOver: boolean } = {
    isOver: false,
    push(bytes, from) {
      let at = from;
      while (at < bytes.length && step !== "over") {
        at = step === "data" ? readData(bytes, at) : readLine(bytes, at);
      }
      chunked.isOver = step === "over";
      return at;
    },
  };
  return chunked;
}
