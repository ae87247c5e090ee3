import type { InferenceResponse } from "@nereid/core/transport-kit";
import type { ModelHost, ServerModel } from "@nereid/testing";

/** The same tensor with twice as many elements for each row. */
export function widened({ shape, ...tensor }: ServerModel["inputs"][number]) {
  return { ...tensor, shape: shape.map((size) => size * 2) };
}

/** A host with one model, and another host's in its place when told. */
export function replaceableHost(
  first: ModelHost,
  second: ModelHost,
): { readonly host: ModelHost; replace(): void } {
  let host = first;
  return {
    host: {
      ...first,
      get models() {
        return host.models;
      },
      find: (ref) => host.find(ref),
      infer: (request, signal) => host.infer(request, signal),
      answers: (request, signal) => host.answers(request, signal),
    },
    replace: () => void (host = second),
  };
}

/** A host whose answers may be changed on their way out, behind their checks. */
export function alteringHost(
  host: ModelHost,
  alter: (right: InferenceResponse) => InferenceResponse,
): ModelHost {
  return {
    ...host,
    infer: async (request, signal) => alter(await host.infer(request, signal)),
    async *answers(request, signal) {
      for await (const answer of host.answers(request, signal)) yield alter(answer);
    },
  };
}
