import type { InferenceRequest, InferenceResponse, Transport } from "@nereid/core/transport-kit";

/** A request and what came of it. */
export interface Exchange {
  readonly request: InferenceRequest;
  readonly response?: InferenceResponse;
  readonly error?: unknown;
}

/**
 * A transport around another one that writes down every exchange, such as for a test that replays a
 * day. It changes nothing: errors and reasons of aborts pass as they are.
 */
export function recording(inner: Transport, record: (exchange: Exchange) => void): Transport {
  const close = (): Promise<void> => inner.close();
  return {
    name: `recorded ${inner.name}`,
    async infer(request, call) {
      try {
        const response = await inner.infer(request, call);
        record({ request, response });
        return response;
      } catch (error) {
        record({ request, error });
        throw error;
      }
    },
    metadata: (model, call) => inner.metadata(model, call),
    ready: (model, call) => inner.ready(model, call),
    close,
    [Symbol.asyncDispose]: close,
  };
}
