import { TransportError, type Clock, type InferenceError } from "@nereid/core/transport-kit";
import {
  connectivityState,
  status as statusCodes,
  type InterceptingListener,
  type Metadata,
  type StatusObject,
} from "@grpc/grpc-js";
import type { CallUnderWay, GrpcChannel } from "./channels.ts";
import { failure, type CallProgress, type CallStatus } from "./failures.ts";

/** What happens on a call. */
export interface CallListener {
  readonly onMessage: (message: Buffer) => void;
  /** Once, behind everything else; undefined when the server ended the call in good order. */
  readonly onEnd: (error: InferenceError | undefined) => void;
}

/** A call under way. */
export interface OpenCall {
  /**
   * Hands over a message. The next one may follow when `written` is called, which is when this one has
   * left: that is how a slow server slows its client down.
   */
  send(message: Buffer, written: () => void, isCompressed?: boolean): void;
  /** Asks for one more message. */
  read(): void;
  /** Nothing more will be sent. */
  halfClose(): void;
  /** Ends the call and tells the server, unless it has ended; nothing is called back any more. */
  cancel(): void;
  /** True when an HTTP/2 stream was opened for it, so bytes may have left. */
  isStarted(): boolean;
}

/** What a call is made of. */
export interface CallFacts {
  readonly channel: GrpcChannel;
  /** The method's name: `ModelInfer`, … */
  readonly method: string;
  readonly metadata: Metadata;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
}

const noCompress = 2;
const unknownCoding = "Received message compressed in a way that was not told";

/**
 * Starts a call straight on its channel: grpc-js's client stubs add an interceptor, an emitter and a
 * stack trace to each.
 */
export function openCall(
  { channel: place, method, metadata, connectTimeoutMs, clock }: CallFacts,
  { onMessage, onEnd }: CallListener,
): OpenCall {
  const { channel } = place;
  const where = `${method} at ${place.address}`;
  const path = `/inference.GRPCInferenceService/${method}`;
  const target = channel.getTarget();
  const call = channel.createCall(path, Number.POSITIVE_INFINITY, null, null, null);
  let ended = false;
  let started = false;
  let hasHeaders = false;
  let stopTimer: (() => void) | undefined;

  const isStarted = (): boolean => (started ||= call.getPeer() !== target);
  /** What grpc-js says itself comes without any header. */
  const progressOf = ({ metadata: trailers }: StatusObject): CallProgress => {
    const isHeard = hasHeaders || Object.keys(trailers.getMap()).length > 0;
    return { started: isStarted(), heard: isHeard ? "something" : "nothing" };
  };
  const end = (error: InferenceError | undefined): void => {
    if (ended) return;
    ended = true;
    place.calls.remove(opened);
    stopTimer?.();
    onEnd(error);
  };
  const listener: InterceptingListener = {
    onReceiveMetadata() {
      place.hear();
      started = true;
      hasHeaders = true;
    },
    onReceiveMessage(message: Buffer) {
      place.hear();
      started = true;
      if (!ended) onMessage(message);
    },
    onReceiveStatus(status) {
      const isOk = status.code === statusCodes.OK;
      end(isOk ? undefined : failure(where, readCallStatus(status), progressOf(status)));
    },
  };
  // A channel that is up needs no bound on connecting, and a timer for each call is not free.
  if (channel.getConnectivityState(false) !== connectivityState.READY) {
    stopTimer = clock.setTimer(() => {
      stopTimer = undefined;
      if (ended || isStarted()) return;
      const problem = `${where}: expected a connection within ${connectTimeoutMs} ms, found none`;
      const error = new TransportError(problem, { delivery: "not-sent", retryable: true });
      call.cancelWithStatus(statusCodes.UNAVAILABLE, problem);
      end(error);
      // grpc-js has no bound of its own: every later call would wait for the same connection.
      place.renew(channel);
    }, connectTimeoutMs);
  }
  const opened: OpenCall & CallUnderWay = {
    at: 0,
    send(message, written, isCompressed = false) {
      call.sendMessageWithContext(
        isCompressed ? { callback: written } : { callback: written, flags: noCompress },
        message,
      );
    },
    read: () => call.startRead(),
    halfClose: () => call.halfClose(),
    cancel() {
      if (ended) return;
      ended = true;
      place.calls.remove(opened);
      stopTimer?.();
      call.cancelWithStatus(statusCodes.CANCELLED, "Cancelled on client");
    },
    isStarted,
  };
  place.calls.add(opened);
  call.start(metadata, listener);
  return opened;
}

/** grpc-js 1.14 ends a call with neither code nor text when a message has a coding that it does not know. */
function readCallStatus(status: StatusObject): CallStatus {
  const told: { readonly code?: number; readonly details?: string } = status;
  const { code = statusCodes.INTERNAL, details = unknownCoding } = told;
  const [pushback] = status.metadata.get("grpc-retry-pushback-ms");
  return { code, details, pushback };
}
