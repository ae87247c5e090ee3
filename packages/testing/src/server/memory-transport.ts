import {
  checkResponse,
  classifyAnswer,
  ClosedError,
  ServerError,
  type InferenceError,
  type InferenceRequest,
  type ModelMetadata,
  type Transport,
} from "@nereid/core/transport-kit";
import { createModelHost, type ModelHost } from "./model-host.ts";
import { Refusal } from "./refusal.ts";
import { withBatch, type ServerModel } from "./server-model.ts";

/** A transport without a wire, with handles for tests. */
export interface MemoryTransport extends Transport {
  readonly host: ModelHost;
  /** Every request so far, as it was sent. */
  readonly requests: readonly InferenceRequest[];
  /** Fails the next request that has no failure waiting for it. */
  failNext(error: InferenceError): void;
}

/** What {@link createMemoryTransport} takes. */
export interface MemoryTransportOptions {
  readonly models: readonly ServerModel[];
  /** Awaited before each answer: a test's way to decide who answers first. */
  readonly gate?: (request: InferenceRequest) => Promise<void>;
}

/** Makes a transport over models given as functions. It refuses with the test server's words. */
export function createMemoryTransport({ models, gate }: MemoryTransportOptions): MemoryTransport {
  const host = createModelHost(models);
  const requests: InferenceRequest[] = [];
  const failures: InferenceError[] = [];
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  const ask = async <T>(act: () => T | Promise<T>): Promise<T> => {
    if (closing !== undefined) throw new ClosedError("memory: expected it open, found it closed");
    try {
      return await act();
    } catch (error) {
      throw error instanceof Refusal ? toServerError(error) : error;
    }
  };
  const close = (): Promise<void> => {
    closing ??= Promise.allSettled(underWay).then(() => undefined);
    return closing;
  };

  const run = async (request: InferenceRequest, signal: AbortSignal) => {
    requests.push(request);
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    await gate?.(request);
    const response = await host.infer(request, signal);
    return checkResponse(request, request.id ?? "", { ...response, id: request.id ?? "" });
  };

  return {
    name: "memory",
    host,
    requests,
    failNext: (error) => void failures.push(error),
    infer: (request, { signal }) =>
      ask(async () => {
        signal.throwIfAborted();
        const answer = run(request, signal);
        underWay.add(answer);
        const settled = answer.finally(() => underWay.delete(answer));
        return orAborted(settled, signal);
      }),
    metadata: (ref, { signal }) =>
      ask(() => {
        signal.throwIfAborted();
        return describe(host.find(ref).model);
      }),
    ready: (ref) => ask(() => host.isReady(ref)),
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

/** What a server's metadata and configuration say of a model. */
export function describe(model: ServerModel): ModelMetadata {
  return {
    name: model.name,
    versions: model.versions ?? ["1"],
    platform: "test",
    inputs: model.inputs.map((tensor) => withBatch(model, tensor)),
    outputs: model.outputs.map((tensor) => withBatch(model, tensor)),
    maxBatchRows: model.maxBatchRows,
    decoupled: model.decoupled ?? false,
    ...(model.sequence === undefined ? {} : { sequence: model.sequence }),
  };
}

function toServerError({ status, message }: Refusal): ServerError {
  return new ServerError(`memory: expected status 200, found ${status} with "${message}"`, {
    outcome: classifyAnswer("http", status, message),
    status,
    serverText: message,
  });
}
