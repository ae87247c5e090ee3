import {
  checkResponse,
  createSharedOnce,
  OptionsError,
  orAborted,
  type Call,
  type ConnectionOptions,
  type Clock,
  type GetServerFacts,
  type ModelRef,
  type ServerFacts,
  type InferenceRequest,
  type InferenceResponse,
  type OptionIssue,
  type SharedOnce,
  type Transport,
} from "@nereid/core/transport-kit";
import type { ConnectionUse } from "../connection-use.ts";
import { compressFrame } from "../http2/compress.ts";
import { openMessageStream, type MessageStream } from "../http2/message-stream.ts";
import { inferUnary, type InferContext } from "../infer-unary.ts";
import type { TargetOptions } from "../options.ts";
import { encodeFrame } from "../wire/encode-request.ts";
import { withoutFinalMark } from "./final-mark.ts";
import { needsOwnCall } from "./needs-own-call.ts";
import { createPlainModels } from "./plain-models.ts";
import { openSharedStream, type SharedStream } from "./shared-stream.ts";

/** A few long-lived streams that carry stateless requests. */
export interface SharedStreams {
  /**
   * May the request share a stream? Not a step of a sequence, whose fate must be known alone, not one with
   * headers of its own, for a stream has but one set of them (`needsOwnCall`), and not one that is
   * repeated: what breaks a stream breaks its neighbours once, and then stands alone.
   */
  carries(request: InferenceRequest, call: Call): boolean;
  infer(request: InferenceRequest, call: Call): Promise<InferenceResponse>;
  /** What the connection of each stream is doing. */
  uses(): readonly ConnectionUse[];
  /** Ends the streams. */
  close(): void;
}

interface Place {
  stream: SharedStream | undefined;
  /** Of the stream. */
  connection: MessageStream | undefined;
  readonly opening: SharedOnce<SharedStream>;
}

/** What is asked of the server before a stream may carry a request. */
export interface StreamQuestions {
  readonly facts: GetServerFacts;
  readonly metadata: Transport["metadata"];
}

const notTriton: OptionIssue = {
  option: "mode",
  problem:
    "expected unary, found stream, which needs a server that answers many requests on one ModelStreamInfer call, as Triton does",
};

/**
 * Makes the streams; each is opened by its first request, and again behind a failure. Servers other than
 * Triton read a stream as one question, so they are refused. A model that is decoupled, or not described,
 * gets calls of its own.
 */
export function createSharedStreams(
  context: InferContext,
  { target, connection, own }: TargetOptions,
  clock: Clock,
  { facts, metadata }: StreamQuestions,
): SharedStreams {
  const { link, writer, createId } = context;
  const { tls, compression, connectTimeoutMs, maxResponseBytes } = connection;
  const { keepAliveMs } = own;
  const models = createPlainModels(metadata);
  let turn = 0;
  let opened = 0;

  const openStream = async (place: Place, signal: AbortSignal): Promise<SharedStream> => {
    const metadata = await link.metadata({ headers: {} });
    // Its callers may all have gone, and the transport be closed.
    signal.throwIfAborted();
    if (opened >= places.length) models.forget();
    opened += 1;
    const known = { target, tls, metadata, compression, connectTimeoutMs, keepAliveMs, clock };
    return openSharedStream((listener) => {
      const facts = { ...known, maxMessageBytes: maxResponseBytes };
      place.connection = openMessageStream(facts, {
        ...listener,
        onEnd(error) {
          link.forgetIfRefused(error);
          listener.onEnd(error);
        },
      });
      return place.connection;
    });
  };
  const createPlace = (): Place => {
    const place: Place = {
      stream: undefined,
      connection: undefined,
      opening: createSharedOnce(async (signal) => {
        place.stream = await openStream(place, signal);
        return { value: place.stream, keep: false };
      }),
    };
    return place;
  };
  const first = createPlace();
  const places = [first, ...Array.from({ length: own.streams - 1 }, createPlace)];
  /** An idle stream before an empty place, and that before a busy stream. */
  const choose = (): Place => {
    let best = places[turn] ?? first;
    let least = Number.POSITIVE_INFINITY;
    for (let step = 0; step < places.length && least > 0; step += 1) {
      const place = places[(turn + step) % places.length] ?? first;
      const load = place.stream?.isOpen === true ? place.stream.load : 0.5;
      if (load >= least) continue;
      least = load;
      best = place;
    }
    turn = (turn + 1) % places.length;
    return best;
  };
  const isCarried = (model: ModelRef, call: Call): boolean | Promise<boolean> => {
    const known = facts(call);
    if (known instanceof Promise) {
      return known.then(requireTriton).then(() => models.has(model, call));
    }
    requireTriton(known);
    return models.has(model, call);
  };

  return {
    carries: ({ sequence }, { headers, attempt }) =>
      sequence === undefined && !needsOwnCall(headers) && attempt === 1,
    async infer(request, call) {
      const { signal } = call;
      signal.throwIfAborted();
      const carried = isCarried(request.model, call);
      if (carried !== true && !(await carried)) return inferUnary(context, request, call);
      const id = request.id ?? createId();
      let parts = encodeFrame(writer, request, { id, emptyFinal: false });
      if (compression !== undefined && isLong(parts, connection)) {
        parts = await orAborted(compressFrame(parts, compression), signal);
      }
      const place = choose();
      const stream = place.stream?.isOpen === true ? place.stream : await place.opening.get(signal);
      // Two of one id could not be told apart.
      if (stream.expects(id)) return inferUnary(context, request, call);
      try {
        const answer = await stream.ask(id, parts, signal);
        return checkResponse(request, id, withoutFinalMark(answer));
      } catch (error) {
        throw link.redact(error);
      }
    },
    uses: () => places.map(useOf),
    close() {
      for (const { stream } of places) stream?.end();
    },
  };
}

function useOf({ stream, connection }: Place): ConnectionUse {
  const isUp = connection?.isUp === true;
  const load = stream?.load ?? 0;
  return { isUp, carried: isUp ? load : 0, waiting: isUp ? 0 : load };
}

function requireTriton({ configurations }: ServerFacts): void {
  if (!configurations) throw new OptionsError([notTriton]);
}

function isLong(parts: readonly Uint8Array[], { compressionMinBytes }: ConnectionOptions): boolean {
  return parts.reduce((sum, { byteLength }) => sum + byteLength, 0) >= compressionMinBytes;
}
