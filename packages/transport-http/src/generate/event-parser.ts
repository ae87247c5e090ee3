import { DecodeError } from "@nereid/core/transport-kit";
import { createGrowingBytes } from "./growing-bytes.ts";

/** One server-sent event. */
export interface ServerEvent {
  /** The value of its `event` field, of which the first 64 bytes are read; `message` without one. */
  readonly type: string;
  /** Its data as bytes, several lines joined by line feeds. Not decoded: bad UTF-8 must not pass. */
  readonly data: Uint8Array;
}

/** Takes the bytes of an event stream in pieces of any size. */
export interface EventParser {
  /**
   * Yields the events that the piece completes, each as soon as it is read: those in front of a bad one
   * count. Read it to its end before the next piece.
   *
   * @throws DecodeError for an event beyond the limit
   */
  push(bytes: Uint8Array): Iterable<ServerEvent>;
  /** Call it at the end. @throws DecodeError when an event has begun and its end never came */
  end(): void;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const colon = 0x3a;
const space = 0x20;
const byteOrderMark = [0xef, 0xbb, 0xbf];
const newLine = Uint8Array.of(lineFeed);
const text = new TextDecoder("utf-8", { ignoreBOM: true });
/** What is longer is neither a field nor a type that anybody knows. */
const maxNameBytes = 64;

/**
 * Makes a reader of one `text/event-stream`. Lines end with LF, CR LF or CR; comments and fields other
 * than `data` and `event` are passed over.
 *
 * Where the standard drops an event without its empty line, this one throws: it may have been an answer.
 *
 * @param maxEventBytes - for an event's data and the line that comes behind it, together; checked before
 *   anything is kept
 * @param where - the exchange, for messages
 * @see WHATWG HTML, "Interpreting an event stream"
 */
export function createEventParser(maxEventBytes: number, where: () => string): EventParser {
  const line = createGrowingBytes();
  const data = createGrowingBytes();
  let isStart = true;
  let afterReturn = false;
  let hasData = false;
  let type = "";

  const check = (piece: Uint8Array): void => {
    if (data.byteLength + line.byteLength + piece.byteLength <= maxEventBytes) return;
    throw new DecodeError(
      `${where()}: expected an event of at most ${maxEventBytes} bytes, found more`,
    );
  };
  const withoutMark = (bytes: Uint8Array): Uint8Array =>
    isStart && byteOrderMark.every((byte, at) => bytes[at] === byte) ? bytes.subarray(3) : bytes;
  const endEvent = (): ServerEvent | undefined => {
    const event = hasData ? { type: type === "" ? "message" : type, data: data.take() } : undefined;
    hasData = false;
    type = "";
    return event;
  };
  const endLine = (whole: Uint8Array): ServerEvent | undefined => {
    const bytes = withoutMark(whole);
    isStart = false;
    if (bytes.byteLength === 0) return endEvent();
    const { name, value } = splitField(bytes);
    if (name === "event") type = textOf(value);
    if (name !== "data") return undefined;
    if (hasData) data.add(newLine);
    data.add(value);
    hasData = true;
    return undefined;
  };
  /** A line that came in one piece is read where it is. */
  const completeLine = (rest: Uint8Array): ServerEvent | undefined => {
    check(rest);
    if (line.byteLength === 0) return endLine(rest);
    line.add(rest);
    return endLine(line.take());
  };

  return {
    *push(bytes) {
      let from = 0;
      for (let at = 0; at < bytes.byteLength; at += 1) {
        const byte = bytes[at];
        const isSecondHalf = byte === lineFeed && afterReturn;
        afterReturn = byte === carriageReturn;
        if (byte !== lineFeed && byte !== carriageReturn) continue;
        const event = isSecondHalf ? undefined : completeLine(bytes.subarray(from, at));
        from = at + 1;
        if (event !== undefined) yield event;
      }
      const rest = bytes.subarray(from);
      check(rest);
      line.add(rest);
    },
    end() {
      const rest = withoutMark(line.take());
      const isWhole = rest.byteLength === 0 || rest[0] === colon;
      if (isWhole && !hasData && type === "") return;
      throw new DecodeError(
        `${where()}: expected a whole event, found the end in the middle of one`,
      );
    },
  };
}

/** A comment has the empty name. */
function splitField(line: Uint8Array): { readonly name: string; readonly value: Uint8Array } {
  const at = line.indexOf(colon);
  if (at === -1) return { name: textOf(line), value: new Uint8Array() };
  const from = line[at + 1] === space ? at + 2 : at + 1;
  return { name: textOf(line.subarray(0, at)), value: line.subarray(from) };
}

function textOf(bytes: Uint8Array): string {
  return text.decode(bytes.subarray(0, maxNameBytes));
}
