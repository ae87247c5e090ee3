import {
  DeadlineError,
  DecodeError,
  ServerError,
  TransportError,
  type InferenceError,
  type InferenceResponse,
  type Outcome,
} from "@nereid/core/transport-kit";
import type { MessageStream, StreamListener } from "../http2/message-stream.ts";
import { decodeStreamAnswer, type StreamAnswer } from "../wire/decode-stream-answer.ts";
import { finalMark } from "./final-mark.ts";
import { inStreamError } from "./in-stream-error.ts";

/** One long-lived `ModelStreamInfer` call that many requests share. */
export interface SharedStream {
  /** Takes further requests: it has neither ended nor been given up. */
  readonly isOpen: boolean;
  /** Requests that wait for their answers. */
  readonly load: number;
  /** True while an answer with this id could still come. */
  expects(id: string): boolean;
  /**
   * Sends a framed request and gives its answer, paired by id. An abort is local: a shared stream has no
   * way to tell the server.
   *
   * @throws ServerError, DecodeError, TransportError; the signal's reason as it is
   */
  ask(id: string, parts: readonly Uint8Array[], signal: AbortSignal): Promise<InferenceResponse>;
  /** Ends the call; what is under way fails. */
  end(): void;
}

interface Waiting {
  readonly id: string;
  /** Empty when they were handed on: the callers' tensors are not kept for an answer that may never come. */
  parts: readonly Uint8Array[];
  /** The message was handed to the connection, so the server may have it. */
  isSent: boolean;
  /** Answers that had come when it was handed over. */
  heardBefore: number;
  /** Settles it; undefined when that is done, or its caller has gone. */
  settle: ((result: InferenceResponse | Error) => void) | undefined;
}

/**
 * Requests that are given up before a stream takes no new ones: in a row without an answer, which is a
 * server that has stopped, or at one time, which are answers that never come.
 */
const maxAbandoned = 32;
const where = "ModelStreamInfer";

/** Opens a shared stream. */
export function openSharedStream(open: (listener: StreamListener) => MessageStream): SharedStream {
  /** By id: sent or about to be. Those whose caller has gone stay until their answer has come. */
  const expected = new Map<string, Waiting>();
  /** In order; one whose caller has gone leaves at once, for a server that reads nothing never asks for it. */
  const outbox = new Set<Waiting>();
  let live = 0;
  let abandoned = 0;
  let heard = 0;
  let isOpen = true;
  let hasAnswered = false;

  const settle = (waiting: Waiting, result: InferenceResponse | Error): void => {
    const { settle: tell } = waiting;
    if (tell === undefined) return;
    waiting.settle = undefined;
    live -= 1;
    tell(result);
    if (live > 0) return;
    // Behind a server's farewell, or too many who left, the last answer is the end.
    if (isOpen) stream.setBusy(false);
    else stream.cancel();
  };
  const failAll = (toError: (waiting: Waiting) => Error): void => {
    isOpen = false;
    const all = [...expected.values()];
    expected.clear();
    for (const waiting of all) settle(waiting, toError(waiting));
  };
  /** What was promised does not hold any more: no later answer of this stream is believed. */
  const breakOff = (problem: string): void => {
    stream.cancel();
    failAll((waiting) => lost(waiting, `${where}: ${problem}`));
  };
  const flush = (): void => {
    for (const next of outbox) {
      if (!stream.hasRoom) return;
      outbox.delete(next);
      next.isSent = true;
      next.heardBefore = heard;
      const { parts } = next;
      next.parts = [];
      stream.send(parts);
    }
  };

  const onAnswer = ({ error, response }: StreamAnswer): void => {
    const waiting = response?.id === undefined ? onlyOne(expected) : expected.get(response.id);
    const result = error === undefined ? response : inStreamError(where, error);
    if (result === undefined) {
      breakOff("expected answers to the stream's requests, found an empty one");
      return;
    }
    if (waiting === undefined) {
      const which = response?.id === undefined ? "without an id" : "to none of them";
      breakOff(`expected answers to the stream's requests, found one ${which}`);
      return;
    }
    if (error === undefined && response !== undefined && finalMark(response) === false) {
      // Its further answers have no reader here; they are dropped as they come.
      settle(waiting, decoupled());
      return;
    }
    expected.delete(waiting.id);
    settle(waiting, result);
  };
  const onMessage = (message: Buffer): void => {
    hasAnswered = true;
    heard += 1;
    abandoned = 0;
    try {
      onAnswer(decodeStreamAnswer(message));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      breakOff("expected answers to the stream's requests, found one that cannot be read");
    }
  };
  const onEnd = (error: InferenceError): void => {
    const sent = [...expected.values()].filter(({ isSent }) => isSent);
    // What the server says of a stream it says of a request when there is no other, or when it takes none.
    const isTold =
      !(error instanceof TransportError) &&
      (sent.length === 1 || (!hasAnswered && isRefusal(error)));
    failAll((waiting) =>
      error.delivery === "not-sent" || (isTold && waiting.isSent)
        ? error
        : lost(waiting, error.message, error),
    );
  };

  const stream = open({
    onRoom: flush,
    onMessage,
    onGoAway() {
      isOpen = false;
      if (live === 0) stream.cancel();
    },
    onEnd,
  });

  const abandon = (waiting: Waiting): void => {
    waiting.settle = undefined;
    live -= 1;
    abandoned += 1;
    if (outbox.delete(waiting)) expected.delete(waiting.id);
    if (live > 0) {
      if (Math.max(abandoned, expected.size - live) >= maxAbandoned) isOpen = false;
      return;
    }
    if (isOpen && expected.size === 0) {
      stream.setBusy(false);
      return;
    }
    // Nobody waits for anything, so the server may drop it all.
    isOpen = false;
    expected.clear();
    stream.cancel();
  };

  return {
    get isOpen() {
      return isOpen;
    },
    get load() {
      return live;
    },
    expects: (id) => expected.has(id),
    ask: (id, parts, signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => {
          // The connection may be dead: what comes now gets another one.
          const isSilent = waiting.isSent && waiting.heardBefore === heard;
          if (isSilent && signal.reason instanceof DeadlineError) isOpen = false;
          abandon(waiting);
          reject(signal.reason);
        };
        const waiting: Waiting = {
          id,
          parts,
          isSent: false,
          heardBefore: 0,
          settle(result) {
            signal.removeEventListener("abort", onAbort);
            if (result instanceof Error) reject(result);
            else resolve(result);
          },
        };
        signal.addEventListener("abort", onAbort, { once: true });
        live += 1;
        if (live === 1) stream.setBusy(true);
        expected.set(id, waiting);
        outbox.add(waiting);
        flush();
      }),
    end() {
      if (!isOpen) return;
      stream.cancel();
      failAll((waiting) => lost(waiting, `${where}: expected it to be open, found it closed`));
    },
  };
}

/** The fate of a request whose stream has gone. */
function lost({ isSent }: Waiting, problem: string, cause?: InferenceError): TransportError {
  return new TransportError(problem, {
    delivery: isSent ? "unknown" : "not-sent",
    // Not a word of the server about others can blame it.
    retryable: cause instanceof TransportError ? cause.retryable : true,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Words about the caller or the method, for which no request was looked at. */
function isRefusal(error: InferenceError): boolean {
  return error instanceof ServerError && refusals.includes(error.outcome);
}

const refusals: readonly Outcome[] = ["unauthorized", "not-found", "unsupported"];

/** An answer without an id can be believed when there is but one question. */
function onlyOne(expected: ReadonlyMap<string, Waiting>): Waiting | undefined {
  if (expected.size !== 1) return undefined;
  const [waiting] = expected.values();
  return waiting;
}

function decoupled(): ServerError {
  const serverText = "the model is decoupled: it has any number of answers";
  return new ServerError(`${where}: expected one answer, found that ${serverText}`, {
    outcome: "unsupported",
    status: 12,
    serverText,
  });
}
