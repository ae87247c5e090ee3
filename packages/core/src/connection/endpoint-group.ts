import { byRendezvous } from "../layers/sequence-homes.ts";
import type { SequencePosition } from "../protocol/request.ts";
import type { ServerApi } from "../transport/server-api.ts";
import type { Call, Transport } from "../transport/transport.ts";
import { anySays, everyOne, firstAnswer } from "./ask-members.ts";

/** Several servers of the same models behind one transport. */
export interface EndpointGroup<T extends Transport> extends Transport, ServerApi {
  readonly endpoints: readonly string[];
  /** A transport to each endpoint. */
  readonly members: readonly T[];
  /** The transport to the call's endpoint; without one that of the sequence, or the next in turn. */
  pick(call: Partial<Call>, sequence?: SequencePosition): T;
}

/**
 * Joins transports to servers that have the same models. Inference goes to the endpoint that the call
 * names, which a model's balancer does, or to each in turn but for sequences, which stay. Questions go to all at once unless the call
 * names one: the first answer counts. Models are loaded and unloaded on every server.
 *
 * @param name - the transport's name
 * @param endpoints - at least one
 * @param open - makes the transport to one; the group closes it
 */
export function createEndpointGroup<T extends Transport & ServerApi>(
  name: string,
  endpoints: readonly string[],
  open: (endpoint: string) => T,
): EndpointGroup<T> {
  const members = endpoints.map(open);
  const addresses = endpoints.map((address) => ({ address }));
  let turn = 0;

  const nameOf = (sequence: SequencePosition | undefined): string | undefined => {
    if (sequence !== undefined) return byRendezvous(addresses, sequence.id)[0]?.address;
    turn = (turn + 1) % members.length;
    return endpoints[turn];
  };
  const pick = ({ endpoint }: Partial<Call>, sequence?: SequencePosition): T => {
    const picked = members[endpoints.indexOf(endpoint ?? nameOf(sequence) ?? "")];
    if (picked !== undefined) return picked;
    throw new RangeError(`call.endpoint: expected one of ${endpoints.join(", ")}, found another`);
  };
  const asked = (call: Partial<Call> = {}): readonly T[] =>
    call.endpoint === undefined ? members : [pick(call)];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= everyOne(members, (one) => one.close());
    return closing;
  };

  return {
    name,
    endpoints,
    members,
    pick,
    infer: async (request, call) => pick(call, request.sequence).infer(request, call),
    metadata: async (model, call) =>
      firstAnswer(asked(call), call, (one, its) => one.metadata(model, { ...call, ...its })),
    ready: async (model, call) =>
      anySays(asked(call), call, (one, its) => one.ready(model, { ...call, ...its })),
    serverLive: async (call) => anySays(asked(call), call, (one, its) => one.serverLive(its)),
    serverReady: async (call) => anySays(asked(call), call, (one, its) => one.serverReady(its)),
    serverMetadata: async (call) =>
      firstAnswer(asked(call), call, (one, its) => one.serverMetadata(its)),
    modelConfig: async (model, call) =>
      firstAnswer(asked(call), call, (one, its) => one.modelConfig(model, its)),
    modelStatistics: async (model, call) =>
      firstAnswer(asked(call), call, (one, its) => one.modelStatistics(model, its)),
    repositoryIndex: async (options, call) =>
      firstAnswer(asked(call), call, (one, its) => one.repositoryIndex(options, its)),
    loadModel: async (model, options, call) =>
      everyOne(asked(call), (one) => one.loadModel(model, options, call)),
    unloadModel: async (model, options, call) =>
      everyOne(asked(call), (one) => one.unloadModel(model, options, call)),
    close,
    [Symbol.asyncDispose]: close,
  };
}
