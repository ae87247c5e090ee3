import {
  createOneModelCheck,
  DeadlineError,
  type Call,
  type Clock,
  type Delivery,
  type InferenceRequest,
  type InferenceResponse,
} from "@nereid/core/transport-kit";
import type { Work } from "../work.ts";
import { answersTo } from "./answers.ts";
import type { GenerateContext } from "./generate-context.ts";
import { nextRequest } from "./next-request.ts";

/** What streams are made with. */
export interface StreamContext extends GenerateContext {
  /** A stream counts as under way from its first answer asked for until its end. */
  readonly work: Work;
}

/** Why a stream's signal aborts when its reader leaves; nobody is told. */
const left: unique symbol = Symbol("the reader has left");

/**
 * The answers to requests, one request after the other, each in an exchange of its own. Nothing happens
 * before the first answer is asked for, and no further than one piece ahead of its reader.
 */
export function streamOver(
  context: StreamContext,
  requests: AsyncIterable<InferenceRequest>,
  call: Call,
): AsyncIterable<InferenceResponse> {
  return { [Symbol.asyncIterator]: () => openStream(context, requests, call) };
}

/** A generator's own `return` waits for the answer under way; this one ends it. */
function openStream(
  context: StreamContext,
  requests: AsyncIterable<InferenceRequest>,
  call: Call,
): AsyncIterator<InferenceResponse, undefined> {
  const reader = new AbortController();
  const answers = run(context, requests, call, reader);
  const done = { done: true, value: undefined } as const;
  return {
    async next() {
      try {
        const result = await answers.next();
        return result.done === true ? done : result;
      } catch (error) {
        if (error === left) return done;
        throw error;
      }
    },
    async return() {
      reader.abort(left);
      await answers.return().catch(ignore);
      return done;
    },
  };
}

async function* run(
  context: StreamContext,
  requests: AsyncIterable<InferenceRequest>,
  call: Call,
  reader: AbortController,
): AsyncGenerator<InferenceResponse, void> {
  const source = requests[Symbol.asyncIterator]();
  const finish = context.work.begin();
  const unbind = bind(reader, call, context.clock);
  const { signal } = reader;
  const checkModel = createOneModelCheck();
  let isOver = false;
  try {
    for (;;) {
      const next = await nextRequest(source, signal, context.work.closing);
      isOver = next.done === true;
      if (next.done === true) return;
      checkModel(next.value);
      yield* answersTo(context, next.value, { ...call, signal });
    }
  } finally {
    unbind();
    finish();
    // Whatever the source does with it is not awaited: it may wait for the reader that has left.
    if (!isOver) source.return?.().catch(ignore);
  }
}

/** Aborts the stream with its call, and at the call's deadline. @returns a function that undoes that */
function bind(reader: AbortController, { signal, deadline }: Call, clock: Clock): () => void {
  const onAbort = (): void => reader.abort(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  const cancelTimer = deadline === undefined ? ignore : setAlarm(reader, deadline, clock);
  return () => {
    cancelTimer();
    signal.removeEventListener("abort", onAbort);
  };
}

/** Longest delay of a timer. */
const maxTimerMs = 2 ** 31 - 1;

function setAlarm(reader: AbortController, deadline: number, clock: Clock): () => void {
  let cancel = ignore;
  // At first nothing has been sent; later, only what has been answered is certain.
  let delivery: Delivery = "not-sent";
  const wait = (): void => {
    const rest = deadline - clock.now();
    if (rest <= 0) reader.abort(deadlineError(delivery));
    else cancel = clock.setTimer(wait, Math.min(rest, maxTimerMs));
  };
  wait();
  delivery = "unknown";
  return () => cancel();
}

function deadlineError(delivery: Delivery): DeadlineError {
  return new DeadlineError("stream: expected its end before the deadline, found none", {
    bound: "call",
    delivery,
  });
}

function ignore(): void {}
