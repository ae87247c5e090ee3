import { DecodeError } from "@nereid/core/transport-kit";

/** One server-sent event. */
export interface ServerEvent {
  /** The value of its `event` field; `message` without one. */
  readonly type: string;
  /** Its data as bytes, several lines joined by line feeds. Not decoded: bad UTF-8 must not pass. */
  readonly data: Uint8Array;
}

/** Takes the bytes of an event stream in pieces of any size. */
export interface EventParser {
  /** @returns the events that the piece completed. @throws DecodeError for an event beyond the limit */
  push(bytes: Uint8Array): readonly ServerEvent[];
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

/**
 * Makes a reader of one `text/event-stream`. Lines end with LF, CR LF or CR; comments and fields other
 * than `data` and `event` are passed over.
 *
 * Where the standard drops an event without its empty line, this one throws: it may have been an answer.
 *
 * @param maxEventBytes - for an event's data and for a line that is not complete yet, together
 * @param where - the exchange, for messages
 * @see WHATWG HTML, "Interpreting an event stream"
 */
export function createEventParser(maxEventBytes: number, where: () => string): EventParser {
  let isStart = true;
  let afterReturn = false;
  let line = createPieces();
  let data = createPieces();
  let hasData = false;
  let type = "";

  const take = (piece: Uint8Array): void => {
    line.add(piece);
    if (line.bytes + data.bytes <= maxEventBytes) return;
    throw new DecodeError(
      `${where()}: expected an event of at most ${maxEventBytes} bytes, found more`,
    );
  };
  const endEvent = (): ServerEvent | undefined => {
    const event = hasData ? { type: type === "" ? "message" : type, data: data.join() } : undefined;
    data = createPieces();
    hasData = false;
    type = "";
    return event;
  };
  const endLine = (): ServerEvent | undefined => {
    const whole = line.join();
    line = createPieces();
    const bytes = isStart ? withoutMark(whole) : whole;
    isStart = false;
    if (bytes.byteLength === 0) return endEvent();
    const { name, value } = splitField(bytes);
    if (name === "event") type = text.decode(value);
    if (name !== "data") return undefined;
    if (hasData) data.add(newLine);
    data.add(value);
    hasData = true;
    return undefined;
  };

  return {
    push(bytes) {
      const events: ServerEvent[] = [];
      let from = 0;
      for (let at = 0; at < bytes.byteLength; at += 1) {
        const byte = bytes[at];
        const isSecondHalf = byte === lineFeed && afterReturn;
        afterReturn = byte === carriageReturn;
        if (byte !== lineFeed && byte !== carriageReturn) continue;
        if (!isSecondHalf) {
          take(bytes.subarray(from, at));
          const event = endLine();
          if (event !== undefined) events.push(event);
        }
        from = at + 1;
      }
      take(bytes.subarray(from));
      return events;
    },
    end() {
      const isComment = line.join()[0] === colon;
      if (!hasData && (line.bytes === 0 || isComment)) return;
      throw new DecodeError(
        `${where()}: expected a whole event, found the end in the middle of one`,
      );
    },
  };
}

interface Pieces {
  readonly bytes: number;
  add(piece: Uint8Array): void;
  join(): Uint8Array;
}

/** Copies each piece: the caller may use its memory again. */
function createPieces(): Pieces {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    add(piece) {
      if (piece.byteLength === 0) return;
      // Of a Buffer, `slice` would be a view.
      pieces.push(new Uint8Array(piece));
      bytes += piece.byteLength;
    },
    join: () => {
      const [only] = pieces;
      return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
    },
  };
}

function withoutMark(line: Uint8Array): Uint8Array {
  return byteOrderMark.every((byte, at) => line[at] === byte) ? line.subarray(3) : line;
}

/** A comment has the empty name. */
function splitField(line: Uint8Array): { readonly name: string; readonly value: Uint8Array } {
  const at = line.indexOf(colon);
  if (at === -1) return { name: text.decode(line), value: new Uint8Array() };
  const from = line[at + 1] === space ? at + 2 : at + 1;
  return { name: text.decode(line.subarray(0, at)), value: line.subarray(from) };
}
