import { Metadata } from "@grpc/grpc-js";
import { systemClock, type InferenceError, type TlsOptions } from "@nereid/core/transport-kit";
import { targetsOf } from "../src/endpoint.ts";
import {
  openMessageStream,
  type MessageStream,
  type StreamFacts,
} from "../src/http2/message-stream.ts";

/** A stream of messages, and what happened on it. */
export interface Dialled {
  readonly stream: MessageStream;
  /** Messages so far. */
  readonly messages: readonly Buffer[];
  /** Resolves when messages may be sent. */
  readonly up: Promise<void>;
  /** Resolves with the error that ended it. */
  readonly ended: Promise<InferenceError>;
}

const plain: TlsOptions = { insecure: false };

/** Opens the connection that a shared stream lives on, without the questions in front of it. */
export function dial(endpoint: string, facts: Partial<Omit<StreamFacts, "target">> = {}): Dialled {
  const [target] = targetsOf(endpoint, false);
  if (target === undefined) throw new RangeError("expected an endpoint");
  const messages: Buffer[] = [];
  const up = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<InferenceError>();
  const stream = openMessageStream(
    {
      target,
      tls: plain,
      metadata: new Metadata(),
      compression: undefined,
      connectTimeoutMs: 10_000,
      keepAliveMs: undefined,
      maxMessageBytes: 1_000_000,
      clock: systemClock,
      ...facts,
    },
    {
      onRoom: up.resolve,
      onMessage: (message) => void messages.push(message),
      onGoAway: () => undefined,
      onEnd: ended.resolve,
    },
  );
  return { stream, messages, up: up.promise, ended: ended.promise };
}
