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
  /** Resolves when that many messages have come. */
  received(count: number): Promise<void>;
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
  let messages = 0;
  let told = Promise.withResolvers<void>();
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
      onMessage() {
        messages += 1;
        told.resolve();
        told = Promise.withResolvers();
      },
      onGoAway: () => undefined,
      onEnd: ended.resolve,
    },
  );
  const received = async (count: number): Promise<void> => {
    while (messages < count) await told.promise;
  };
  return { stream, received, up: up.promise, ended: ended.promise };
}
