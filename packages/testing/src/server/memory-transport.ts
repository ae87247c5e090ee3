import {
  checkRequest,
  checkResponse,
  classifyAnswer,
  ClosedError,
  createOneModelCheck,
  ServerError,
  type InferenceError,
  type InferenceRequest,
  type InferenceResponse,
  type StreamingTransport,
} from "@nereid/core/transport-kit";
import { describe } from "./describe-model.ts";
import { mergeAnswers } from "./merge-answers.ts";
import { createModelHost, type HostContext, type ModelHost } from "./model-host.ts";
import { Refusal } from "./refusal.ts";
import type { ServerModel } from "./server-model.ts";

/** A transport without a wire, with handles for tests. */
export interface MemoryTransport extends StreamingTransport {
  readonly host: ModelHost;
  /** Every request so far, as it was sent. */
  readonly requests: readonly InferenceRequest[];
  /** Fails the next request that has no failure waiting for it. */
  failNext(error: InferenceError): void;
}

/** What {@link createMemoryTransport} takes. */
export interface MemoryTransportOptions extends HostContext {
  readonly models: readonly ServerModel[];
  /** Awaited before each answer: a test's way to decide who answers first. */
  readonly gate?: (request: InferenceRequest) => Promise<void>;
}

/** Makes a transport over models given as functions. It refuses with the test server's words. */
export function createMemoryTransport(options: MemoryTransportOptions): MemoryTransport {
  const { models, gate } = options;
  const host = createModelHost(models, options);
  const requests: InferenceRequest[] = [];
  const failures: InferenceError[] = [];
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  let made = 0;

  const throwIfClosed = (): void => {
    if (closing !== undefined) throw new ClosedError("memory: expected it open, found it closed");
  };
  const ask = async <T>(act: () => T | Promise<T>): Promise<T> => {
    throwIfClosed();
    try {
      return await act();
    } catch (error) {
      throw error instanceof Refusal ? toServerError(error) : error;
    }
  };
  const track = <T>(answer: Promise<T>): Promise<T> => {
    underWay.add(answer);
    const forget = (): void => void underWay.delete(answer);
    answer.then(forget, forget);
    return answer;
  };
  const close = (): Promise<void> => {
    closing ??= Promise.allSettled(underWay).then(() => undefined);
    return closing;
  };

  const send = async (request: InferenceRequest) => {
    requests.push(request);
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    await gate?.(request);
    made += 1;
    return { ...request, id: request.id ?? `memory-${made}` };
  };
  const run = async (request: InferenceRequest, signal: AbortSignal) => {
    const sent = await send(request);
    return checkResponse(request, sent.id, await host.infer(sent, signal));
  };
  const answersOf = async function* (
    request: InferenceRequest,
    signal: AbortSignal,
  ): AsyncGenerator<InferenceResponse> {
    checkRequest(request);
    const sent = await send(request);
    try {
      for await (const answer of host.answers(sent, signal)) {
        yield checkResponse(request, sent.id, answer);
      }
    } catch (error) {
      throw error instanceof Refusal ? toServerError(error) : error;
    }
  };

  return {
    name: "memory",
    host,
    requests,
    failNext: (error) => void failures.push(error),
    infer: (request, { signal }) =>
      // Tracked as the caller holds it, and as the model runs it, which an abort does not end.
      track(
        ask(async () => {
          signal.throwIfAborted();
          checkRequest(request);
          return orAborted(track(run(request, signal)), signal);
        }),
      ),
    async *stream(asked, { signal }) {
      throwIfClosed();
      const ended = Promise.withResolvers<void>();
      void track(ended.promise);
      try {
        const checkModel = createOneModelCheck();
        const checked = (request: InferenceRequest, gone: AbortSignal) => {
          checkModel(request);
          return answersOf(request, gone);
        };
        yield* mergeAnswers(asked, checked, signal);
      } finally {
        ended.resolve();
      }
    },
    metadata: (ref, { signal }) =>
      ask(() => {
        signal.throwIfAborted();
        return describe(host.find(ref).model);
      }),
    ready: (ref, { signal }) =>
      ask(() => {
        signal.throwIfAborted();
        return host.isReady(ref);
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Rejects with the signal's reason as soon as it aborts. */
function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function toServerError({ status, message }: Refusal): ServerError {
  return new ServerError(`memory: expected status 200, found ${status} with "${message}"`, {
    outcome: classifyAnswer("http", status, message),
    status,
    serverText: message,
  });
}
