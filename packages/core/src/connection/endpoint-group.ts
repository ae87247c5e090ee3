import { TransportError } from "../errors/errors.ts";
import { byRendezvous } from "../layers/sequence-homes.ts";
import type { SequencePosition } from "../protocol/request.ts";
import { isReporting, joinReports, type ReportingTransport } from "../transport/report.ts";
import type { ServerApi } from "../transport/server-api.ts";
import type { Call, StreamingTransport } from "../transport/transport.ts";
import { anySays, everyOne, firstAnswer } from "./ask-members.ts";
import { createTurns } from "./turns.ts";

/** Several servers of the same models behind one transport. */
export interface EndpointGroup<T extends StreamingTransport>
  extends StreamingTransport, ReportingTransport, ServerApi {
  readonly endpoints: readonly string[];
  /** A transport to each endpoint. */
  readonly members: readonly T[];
  /**
   * Has the transport to the call's endpoint do something; without one that of the sequence, or the next
   * in turn. One that could not be reached loses its turn for a while.
   */
  use<R>(
    call: Partial<Call>,
    sequence: SequencePosition | undefined,
    act: (member: T) => Promise<R>,
  ): Promise<R>;
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
export function createEndpointGroup<T extends StreamingTransport & ServerApi>(
  name: string,
  endpoints: readonly string[],
  open: (endpoint: string) => T,
): EndpointGroup<T> {
  const members = endpoints.map(open);
  const addresses = endpoints.map((address) => ({ address }));
  const turns = createTurns(endpoints);

  const pick = (
    { endpoint }: Partial<Call>,
    sequence?: SequencePosition,
  ): { readonly member: T; readonly address: string } => {
    const home = sequence === undefined ? undefined : byRendezvous(addresses, sequence.id)[0];
    const address = endpoint ?? home?.address ?? turns.next();
    const member = members[endpoints.indexOf(address)];
    if (member !== undefined) return { member, address };
    throw new RangeError(`call.endpoint: expected one of ${endpoints.join(", ")}, found another`);
  };
  const failed = (address: string, error: unknown): void =>
    turns.told(address, !(error instanceof TransportError && error.delivery === "not-sent"));
  const use: EndpointGroup<T>["use"] = async (call, sequence, act) => {
    const { member, address } = pick(call, sequence);
    try {
      const result = await act(member);
      turns.told(address, true);
      return result;
    } catch (error) {
      failed(address, error);
      throw error;
    }
  };
  const asked = (call: Partial<Call> = {}): readonly T[] =>
    call.endpoint === undefined ? members : [pick(call).member];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= everyOne(members, (one) => one.close());
    return closing;
  };

  return {
    name,
    endpoints,
    members,
    use,
    infer: (request, call) => use(call, request.sequence, (one) => one.infer(request, call)),
    async *stream(requests, call) {
      const { member, address } = pick(call);
      try {
        yield* member.stream(requests, call);
        turns.told(address, true);
      } catch (error) {
        failed(address, error);
        throw error;
      }
    },
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
    report: () => joinReports(members.flatMap((one) => (isReporting(one) ? [one.report()] : []))),
    close,
    [Symbol.asyncDispose]: close,
  };
}
