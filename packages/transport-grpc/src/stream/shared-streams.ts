import {
  checkResponse,
  OptionsError,
  orAborted,
  type Call,
  type GetServerFacts,
  type InferenceRequest,
  type InferenceResponse,
  type OptionIssue,
} from "@nereid/core/transport-kit";
import { inferUnary, type InferContext } from "../infer-unary.ts";
import { encodeRequest } from "../wire/encode-request.ts";
import { withoutFinalMark } from "./final-mark.ts";
import { openSharedStream, type SharedStream } from "./shared-stream.ts";

/** A few long-lived streams that carry stateless requests. */
export interface SharedStreams {
  /**
   * May the request share a stream? Not a step of a sequence, whose fate must be known alone, and not one
   * with headers of its own, for a stream has but one set of them.
   */
  carries(request: InferenceRequest, call: Call): boolean;
  infer(request: InferenceRequest, call: Call): Promise<InferenceResponse>;
  /** Ends the streams. */
  close(): void;
}

const never: AbortSignal = new AbortController().signal;
const notTriton: OptionIssue = {
  option: "mode",
  problem:
    "expected unary, found stream, which needs a server that answers many requests on one ModelStreamInfer call, as Triton does",
};

interface Place {
  stream: SharedStream | undefined;
  opening: Promise<SharedStream> | undefined;
}

/**
 * Makes up to `count` streams; each is opened by its first request, and again behind a failure. Servers
 * other than Triton read a stream as one question, so they are refused.
 *
 * @param facts - what the server is, asked before the first stream is opened
 */
export function createSharedStreams(
  context: InferContext,
  count: number,
  facts: GetServerFacts,
): SharedStreams {
  const { link, writer, createId } = context;
  const places: readonly Place[] = Array.from({ length: count }, () => ({
    stream: undefined,
    opening: undefined,
  }));
  let turn = 0;

  /** An idle stream before an empty place, and that before a busy stream. */
  const choose = (): Place | undefined => {
    let best: Place | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let step = 0; step < count && least > 0; step += 1) {
      const place = places[(turn + step) % count];
      const load = place?.stream?.isOpen === true ? place.stream.load : 0.5;
      if (load >= least) continue;
      least = load;
      best = place;
    }
    turn = (turn + 1) % count;
    return best;
  };
  const openStream = async (place: Place): Promise<SharedStream> => {
    try {
      const { configurations } = await facts({ signal: never, headers: {} });
      if (!configurations) throw new OptionsError([notTriton]);
      const metadata = await link.metadata({ headers: {} });
      place.stream = openSharedStream(
        (listener) => link.open("ModelStreamInfer", metadata, listener),
        { isCompressed: link.isCompressed, left: (message) => writer.memory.give(message) },
      );
      return place.stream;
    } finally {
      place.opening = undefined;
    }
  };

  return {
    carries: ({ sequence }, { headers }) =>
      sequence === undefined && Object.keys(headers).length === 0,
    async infer(request, call) {
      call.signal.throwIfAborted();
      const id = request.id ?? createId();
      const bytes = encodeRequest(writer, request, { id, emptyFinal: false });
      const place = choose();
      if (place === undefined) return inferUnary(context, request, call);
      let { stream } = place;
      if (stream?.isOpen !== true) {
        place.opening ??= openStream(place);
        stream = await orAborted(place.opening, call.signal);
      }
      // Two of one id could not be told apart.
      if (stream.expects(id)) return inferUnary(context, request, call);
      const answer = await stream.ask(id, bytes, call.signal);
      return checkResponse(request, id, withoutFinalMark(answer));
    },
    close() {
      for (const { stream } of places) stream?.end();
    },
  };
}
