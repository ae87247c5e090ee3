import type { ModelMetadata } from "../protocol/metadata.ts";
import type { InferenceRequest, ModelRef } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import type { Patience } from "./patience.ts";
import type { Stop } from "./stop.ts";

/** What is known about one invocation and is not part of the message. */
export interface Call {
  /** The caller's abort, or the deadline's. Its reason is rethrown as it is. */
  readonly signal: AbortSignal;
  /** Extra headers (HTTP) or metadata (gRPC) of this call. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the answer is no longer wanted, on the clock of `performance.now()`, in milliseconds. */
  readonly deadline?: number;
  /** 1 for the first exchange of a request, 2 for its first retry. */
  readonly attempt: number;
  /** Records in the request. Default: 1. A batch of several is split where one would be repeated. */
  readonly rows?: number;
  /**
   * True for a step whose sequence is followed by its sender: it is repeated only when it was provably
   * not applied, also where it is the whole sequence. Default: false.
   */
  readonly atMostOnce?: boolean;
  /**
   * For rows of a stream: where they wait while nothing can be sent for them. Default: none, for a caller
   * who would rather be told.
   */
  readonly patience?: Patience;
  /** One of the transport's `endpoints`. Default: any of them. */
  readonly endpoint?: string;
  /** Where the records come from, as telemetry knows it; nobody else reads it. */
  readonly origins?: readonly unknown[];
  /** True for a record that is sent alone because the batch that it was in failed. Default: false. */
  readonly isolated?: boolean;
  /** True for a second exchange beside one that takes long; it goes to another endpoint. Default: false. */
  readonly hedge?: boolean;
  /** Aborts `signal`. For the deadline that bounds the whole call, and in the place of a listener to `signal`. */
  readonly stop?: Stop;
  /** Told by the model that an exchange begins; a transport has no use for it. */
  readonly onExchange?: () => void;
}

/**
 * Carries requests to a model. Maps one request to one exchange, and every failure to one error with
 * its `delivery`; it does not retry, break or measure.
 */
export interface Transport extends AsyncDisposable {
  /** For messages and metrics: `http`, `onnx`, … */
  readonly name: string;
  /** The servers that it can reach, when there are several: each has the same models. */
  readonly endpoints?: readonly string[];
  /**
   * Sends one request and returns its answer, checked against the request.
   *
   * @throws ServerError, TransportError, DecodeError or EncodeError; the signal's reason as it is
   */
  infer(request: InferenceRequest, call: Call): Promise<InferenceResponse>;
  /** What the server says of the model. @throws as `infer` does */
  metadata(model: ModelRef, call: Call): Promise<ModelMetadata>;
  /** Can the model take requests now? An unknown model is not ready. @throws as `infer` does */
  ready(model: ModelRef, call: Call): Promise<boolean>;
  /** Finishes what is in flight, then frees everything. A second call awaits the first. */
  close(): Promise<void>;
}

/** A transport that can yield many answers for one request. */
export interface StreamingTransport extends Transport {
  /**
   * Sends requests to one model as they come and yields their answers, each request's in order. A reader
   * that stops ends what is still under way.
   *
   * @throws as `infer` does, for the first request that fails; what `requests` throws; EncodeError for a
   *   request to a second model
   */
  stream(requests: AsyncIterable<InferenceRequest>, call: Call): AsyncIterable<InferenceResponse>;
}

/** The function in the middle: everything that can be plugged in has this shape. */
export type Infer = (request: InferenceRequest, call: Call) => Promise<InferenceResponse>;
