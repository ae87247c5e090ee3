import type { Socket } from "node:net";
import type { RequestBody } from "../request-body.ts";
import type { AnswerHandler } from "./answer-handler.ts";
import { createAnswerParser, type Progress } from "./answer-parser.ts";
import { afterReactions, afterReading } from "./rounds.ts";
import { sendRequest } from "./send-request.ts";
import { afterWholeTurn, currentTurn } from "./turn.ts";
import { WireError } from "./wire-error.ts";

/** A request that is ready to be written, and who waits for its answer. */
export interface Exchange {
  readonly head: string;
  readonly body: RequestBody | undefined;
  readonly handler: AnswerHandler;
}

/** A socket that is connected and speaks HTTP/1.1, one exchange at a time. */
export interface Wire {
  /** False as soon as anything was wrong with it. */
  readonly isOpen: boolean;
  /** The turn of the event loop in which all was read that had come; -1 where that cannot be told. */
  readonly readIn: number;
  /** Writes the request, soon; nothing else may be under way. */
  send(exchange: Exchange): void;
  pause(): void;
  resume(): void;
  destroy(): void;
}

/** A socket is given up so long before the server would: a request may be on its way by then. */
const keepAliveMarginMs = 2000;

/** A piece of a large body is copied while it is still in the processor's caches. */
const smallBytes = 16 * 1024;

/** Node reads no more at once; behind a full read there may be more that has come already. */
const fullReadBytes = 64 * 1024;

/**
 * Speaks HTTP/1.1 on a connected socket. It is destroyed by whatever comes while nothing is asked for, and
 * by whatever leaves in doubt where the next answer begins.
 *
 * @param mostIdleMs - how long it is kept without an exchange
 */
export function createWire(socket: Socket, mostIdleMs: number): Wire {
  const parser = createAnswerParser();
  /** What was read and not yet looked at. */
  const inbox: Buffer[] = [];
  const isEncrypted = "encrypted" in socket;
  let handler: AnswerHandler | undefined;
  let readIn = currentTurn();
  let idleMs = mostIdleMs;
  let wasPaused = false;

  const fail = (error: Error): void => {
    const failed = handler;
    handler = undefined;
    socket.destroy();
    failed?.onError(error);
  };
  const keepFor = (ms: number): boolean => {
    if (ms !== idleMs) socket.setTimeout(Math.max(1, ms));
    idleMs = ms;
    return ms > 0;
  };
  const staysOpen = (progress: Progress): boolean => {
    const { head } = parser;
    if (progress !== "end" || head?.keepAlive !== true) return false;
    // Bytes that came while nothing was read are behind the answer's end; those that have not left are of
    // a request that the server has answered without reading it.
    if (inbox.length > 0 || socket.readableLength > 0) return false;
    if (socket.writableLength > 0 && !isEncrypted) return false;
    const { keepAliveMs } = head;
    return keepFor(
      keepAliveMs === undefined
        ? mostIdleMs
        : Math.min(keepAliveMs - keepAliveMarginMs, mostIdleMs),
    );
  };
  /** TLS tells a turn late that bytes have left. */
  const giveUpUnsent = (): void => {
    if (handler === undefined && socket.writableLength > 0) socket.destroy();
  };
  const finish = (answered: AnswerHandler, progress: Progress, lastBytes: number): void => {
    const reusable = staysOpen(progress);
    handler = undefined;
    // TLS hands out what it has read record by record.
    const isAllRead = lastBytes < fullReadBytes && !wasPaused && !isEncrypted;
    readIn = isAllRead ? currentTurn() : -1;
    if (!reusable) socket.destroy();
    else if (socket.isPaused()) socket.resume();
    if (reusable && socket.writableLength > 0) afterWholeTurn(giveUpUnsent);
    socket.unref();
    answered.onEnd(reusable);
  };
  const read = (bytes: Buffer): void => {
    const reader = handler;
    if (reader === undefined) {
      socket.destroy();
      return;
    }
    let progress: Progress;
    try {
      progress = parser.push(bytes, reader);
    } catch (error) {
      fail(asError(error));
      return;
    }
    // The reader may have had enough.
    if (progress !== "more" && handler === reader) finish(reader, progress, bytes.length);
  };
  const readInbox = (): void => {
    for (let bytes = inbox.shift(); bytes !== undefined; bytes = inbox.shift()) read(bytes);
  };
  const onData = (bytes: Buffer): void => {
    if (handler === undefined || (bytes.length > smallBytes && inbox.length === 0)) {
      read(bytes);
      return;
    }
    if (inbox.length === 0) afterReading.add(readInbox);
    inbox.push(bytes);
  };
  const onServerEnd = (): void => {
    readInbox();
    if (handler !== undefined && parser.close()) finish(handler, "excess", 0);
    else fail(closedEarly());
  };
  const onBreak = (error: Error): void => {
    readInbox();
    fail(error);
  };
  const write = ({ head, body, handler: asked }: Exchange): void => {
    // Nobody may want it any more.
    if (handler !== asked) return;
    asked.onSent();
    try {
      sendRequest(socket, head, body);
    } catch (error) {
      fail(asError(error));
    }
  };

  socket
    .setTimeout(mostIdleMs)
    .on("data", onData)
    .on("end", onServerEnd)
    .on("error", onBreak)
    .on("close", () => onBreak(closedEarly()))
    .on("timeout", () => {
      if (handler === undefined) socket.destroy();
      // The timer is over, and has to be set again.
      idleMs = 0;
    });

  return {
    get isOpen() {
      return socket.writable && !socket.destroyed;
    },
    get readIn() {
      return readIn;
    },
    send(exchange) {
      ({ handler } = exchange);
      wasPaused = false;
      socket.ref();
      afterReactions.add(() => write(exchange));
    },
    pause() {
      wasPaused = true;
      socket.pause();
    },
    resume: () => void socket.resume(),
    destroy() {
      handler = undefined;
      socket.destroy();
    },
  };
}

function closedEarly(): WireError {
  return new WireError("HTTP_CLOSED", "expected the answer's end, found the connection's");
}

/** What was thrown; anything may be. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error("expected an Error, found another value");
}
