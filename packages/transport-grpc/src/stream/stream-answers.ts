import {
  checkResponse,
  DecodeError,
  EncodeError,
  createOneModelCheck,
  orAborted,
  TransportError,
  type Call,
  type InferenceError,
  type InferenceRequest,
  type InferenceResponse,
} from "@nereid/core/transport-kit";
import type { InferContext } from "../infer-unary.ts";
import type { OpenCall } from "../open-call.ts";
import { decodeStreamAnswer } from "../wire/decode-stream-answer.ts";
import { encodeRequest } from "../wire/encode-request.ts";
import { finalMark, withoutFinalMark } from "./final-mark.ts";
import { inStreamError } from "./in-stream-error.ts";
import { letEnd, type Lingering } from "./let-end.ts";
import { createMailbox } from "./mailbox.ts";
import { createOpenRequests, type OpenRequests } from "./open-requests.ts";

/** Requests without their last answer; further ones are read when one has it. */
const maxOpen = 64;
const method = "ModelStreamInfer";

type StreamEvent =
  | { readonly kind: "message"; readonly bytes: Buffer }
  | { readonly kind: "sent-all" }
  | { readonly kind: "failed"; readonly reason: unknown }
  | { readonly kind: "ended"; readonly error: InferenceError | undefined };

/**
 * Answers of any number of requests over a call of their own, each request's in order. The server is
 * asked for the next answer when the reader wants it. A reader that stops, or a signal that aborts, ends
 * the call, and what the server has not answered a moment later is cancelled there.
 *
 * @throws ServerError of the first request that fails, DecodeError, TransportError; what `requests`
 *   throws; the signal's reason as it is
 */
export async function* streamAnswers(
  context: InferContext & Lingering,
  requests: AsyncIterable<InferenceRequest>,
  call: Call,
): AsyncGenerator<InferenceResponse, void, undefined> {
  const { signal } = call;
  signal.throwIfAborted();
  const metadata = await orAborted(Promise.resolve(context.link.metadata(call)), signal);
  const open = createOpenRequests(maxOpen);
  const events = createMailbox<StreamEvent>();
  const state = { isOver: false, isMarked: false, hasSentAll: false, hasEnded: false };
  const ended = Promise.withResolvers<void>();
  const stream = context.link.open(method, metadata, {
    onMessage(bytes) {
      if (state.isOver) stream.read();
      else events.put({ kind: "message", bytes });
    },
    onEnd(error) {
      events.put({ kind: "ended", error });
      state.hasEnded = true;
      ended.resolve();
    },
  });
  const onAbort = (): void => events.put({ kind: "failed", reason: signal.reason });
  signal.addEventListener("abort", onAbort, { once: true });
  const source = requests[Symbol.asyncIterator]();
  sendAll(context, source, stream, open, state).then(
    () => events.put({ kind: "sent-all" }),
    (reason: unknown) => events.put({ kind: "failed", reason }),
  );

  try {
    stream.read();
    for (;;) {
      const event = await events.next();
      if (event.kind === "failed") throw event.reason;
      if (event.kind === "ended") {
        checkEnd(event.error, open, state);
        return;
      }
      if (event.kind === "sent-all") state.hasSentAll = true;
      else {
        const answer = takeAnswer(event.bytes, open, state);
        if (answer !== undefined) yield answer;
        stream.read();
      }
      if (state.hasSentAll && open.size === 0) return;
    }
  } finally {
    state.isOver = true;
    signal.removeEventListener("abort", onAbort);
    if (!state.hasEnded) letEnd(stream, ended.promise, context);
    // Not awaited: a source that waits for its next record would hold the reader up.
    Promise.resolve(source.return?.()).catch(ignore);
  }
}

interface StreamState {
  /** The reader has gone. */
  isOver: boolean;
  /** The server marks each request's last answer, as Triton does. */
  isMarked: boolean;
  hasSentAll: boolean;
}

async function sendAll(
  { link, writer, createId }: InferContext,
  source: AsyncIterator<InferenceRequest>,
  stream: OpenCall,
  open: OpenRequests,
  state: StreamState,
): Promise<void> {
  const checkModel = createOneModelCheck();
  for (;;) {
    await open.room();
    if (state.isOver) return;
    const next = await source.next();
    if (state.isOver) return;
    if (next.done === true) break;
    checkModel(next.value);
    const id = next.value.id ?? createId();
    if (open.has(id)) {
      throw new EncodeError(`${method}: expected ids that differ, found one twice at a time`);
    }
    const bytes = encodeRequest(writer, next.value, { id, emptyFinal: true });
    open.add(id, next.value);
    await new Promise<void>((resolve) => {
      stream.send(bytes, resolve, link.isCompressed(bytes.length));
    });
  }
  stream.halfClose();
}

/** The answer in a message; undefined for a mark of the end alone. */
function takeAnswer(
  bytes: Buffer,
  open: OpenRequests,
  state: StreamState,
): InferenceResponse | undefined {
  const { error, response } = decodeStreamAnswer(bytes);
  const id = response?.id ?? open.only();
  const request = id === undefined ? undefined : open.get(id);
  if (error !== undefined) throw inStreamError(method, error);
  if (response === undefined || id === undefined || request === undefined) {
    throw new DecodeError(
      `${method}: expected an answer to a request of the stream, found one to none of them`,
    );
  }
  open.answer(id);
  const mark = finalMark(response);
  if (mark !== undefined) state.isMarked = true;
  if (mark === true) open.end(id);
  if (mark === true && response.outputs.length === 0) return undefined;
  return checkResponse(request, id, withoutFinalMark(response), { idRequired: false });
}

/** Without marks, the end of the call is the end of the last request. */
function checkEnd(
  error: InferenceError | undefined,
  open: OpenRequests,
  { isMarked, hasSentAll }: StreamState,
): void {
  if (error !== undefined) throw error;
  if (hasSentAll && (isMarked ? open.size === 0 : !open.hasUnanswered)) return;
  throw new TransportError(`${method}: expected the rest of the answers, found the stream's end`, {
    delivery: "unknown",
    retryable: true,
  });
}

function ignore(): void {}
