import {
  orAborted,
  redactError,
  ServerError,
  type Call,
  type Clock,
} from "@nereid/core/transport-kit";
import type { Metadata } from "@grpc/grpc-js";
import { createCallMetadata, type MetadataFacts } from "./call-metadata.ts";
import { createChannels } from "./channels.ts";
import type { ConnectionUse } from "./connection-use.ts";
import { openCall, type CallListener, type OpenCall } from "./open-call.ts";
import type { TargetOptions } from "./options.ts";
import { unaryCall } from "./unary-call.ts";

/** The facts of a call that the link needs. */
export type LinkCall = MetadataFacts & Pick<Call, "signal">;

/** What a call may have beside. */
export interface UnaryFacts {
  /** Called when the message has left, and its memory may be used again. */
  readonly left?: () => void;
}

/** Calls to the endpoint of a transport, with its credentials. */
export interface GrpcLink {
  /**
   * One message there, one back.
   *
   * @throws as `unaryCall` does
   */
  unary(method: string, bytes: Buffer, call: LinkCall, more?: UnaryFacts): Promise<Buffer>;
  /** The metadata of a call; a promise while a secret has to be asked for. @throws EncodeError */
  metadata(call: MetadataFacts): Metadata | Promise<Metadata>;
  /** Opens a call of many messages. */
  open(method: string, metadata: Metadata, listener: CallListener): OpenCall;
  /** Secrets are asked for again when the server refused them. */
  forgetIfRefused(error: unknown): void;
  /** Takes the credentials that were last sent out of an error's texts. */
  redact(error: unknown): unknown;
  /** Is a message of this size worth compressing? */
  isCompressed(bytes: number): boolean;
  /** What each of its connections is doing. */
  uses(): readonly ConnectionUse[];
  /** Ends every connection. */
  close(): void;
}

const unauthenticated = 16;

/** Makes the link of a transport. @throws OptionsError */
export function createLink({ target, connection, own }: TargetOptions, clock: Clock): GrpcLink {
  const { connectTimeoutMs, compression, compressionMinBytes } = connection;
  const callMetadata = createCallMetadata(connection, clock);
  const channels = createChannels(target, connection, own);
  const isCompressed = (bytes: number): boolean =>
    compression !== undefined && bytes >= compressionMinBytes;
  const forgetIfRefused = (error: unknown): void => {
    if (error instanceof ServerError && error.status === unauthenticated) callMetadata.forget();
  };

  const send = async (
    method: string,
    bytes: Buffer,
    metadata: Metadata,
    signal: AbortSignal,
    { left }: UnaryFacts,
  ): Promise<Buffer> => {
    const facts = { channel: channels.pick(), method, metadata, connectTimeoutMs, clock };
    try {
      const message = {
        bytes,
        isCompressed: isCompressed(bytes.length),
        ...(left === undefined ? {} : { left }),
      };
      return await unaryCall(facts, message, signal);
    } catch (error) {
      forgetIfRefused(error);
      throw redact(error);
    }
  };

  const redact = (error: unknown): unknown => redactError(error, callMetadata.redact);

  return {
    isCompressed,
    redact,
    forgetIfRefused,
    async unary(method, bytes, call, more = {}) {
      const metadata = callMetadata.get(call);
      const known = metadata instanceof Promise ? await orAborted(metadata, call.signal) : metadata;
      return send(method, bytes, known, call.signal, more);
    },
    metadata: (call) => callMetadata.get(call),
    open: (method, metadata, { onMessage, onEnd }) =>
      openCall(
        { channel: channels.pick(), method, metadata, connectTimeoutMs, clock },
        {
          onMessage,
          onEnd(error) {
            forgetIfRefused(error);
            onEnd(error);
          },
        },
      ),
    uses: () => channels.uses(),
    close: () => channels.close(),
  };
}
