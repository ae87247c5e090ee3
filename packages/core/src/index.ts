// The door for users, in the order of the flow.

export { createModel, type CreateModelOptions } from "./model/create-model.ts";
export type { ModelContext } from "./model/model-context.ts";
export {
  createModelFromOptions,
  type FromOptionsContext,
} from "./model/create-model-from-options.ts";
export type { CloseOptions, Model, PredictAllOptions, PredictOptions } from "./model/model.ts";
export type { Sequence, SequenceSettings, StepOptions } from "./model/sequence.ts";
export type { SequenceState } from "./sequence/sequence-tracker.ts";
export type { DeadLetter, DeadLetterSink, OnDeadLetter } from "./flow/dead-letter.ts";
export type { Flow, FlowOptions } from "./flow/flow.ts";
export type { RecordSource } from "./flow/source.ts";
export type {
  EndCause,
  KeyedSequences,
  SequenceEvent,
  SequenceKey,
} from "./flow/keyed-sequences.ts";
export type { Settled } from "./flow/settled.ts";
export type { EndOfTurn } from "./flow/turn.ts";

export {
  array,
  bfloat16,
  bool,
  bytes,
  float16,
  float32,
  float64,
  int16,
  int32,
  int64,
  int8,
  named,
  nullable,
  string,
  tensor,
  uint16,
  uint32,
  uint64,
  uint8,
  type BigIntegerList,
  type BigIntegerOptions,
  type ListIn,
  type ListOut,
  type NumberList,
} from "./record/fields.ts";
export type {
  ElementForm,
  Field,
  Fields,
  RecordOf,
  RowOf,
  ScalarField,
  WholeTensor,
} from "./record/field.ts";
export { joinRow, type Joined } from "./record/join.ts";

export type {
  ByteSizeInput,
  DurationInput,
  ModelOptionsInput,
} from "./options/model-options-input.ts";
export type { OnError, OnNull } from "./options/model-options.ts";
export type { ConnectionOptionsInput } from "./options/connection-options-input.ts";
export type { Secret } from "./options/connection-options.ts";
export type { OptionResolvers } from "./options/parse-connection-options.ts";
export type { OptionMap } from "./options/parse-option-map.ts";
export type { ResolveSecret } from "./options/secrets.ts";
export type { Provider, ProviderContext } from "./provider/provider.ts";

export {
  CircuitOpenError,
  ClosedError,
  DeadLetterError,
  DeadlineError,
  DecodeError,
  EncodeError,
  OptionsError,
  SequenceError,
  ServerError,
  TransportError,
  UnavailableError,
  type AnyInferenceError,
  type ErrorCode,
  type OptionIssue,
  type SequenceReason,
} from "./errors/errors.ts";
export type { Delivery } from "./errors/delivery.ts";
export { InferenceError } from "./errors/inference-error.ts";
export type { Outcome } from "./errors/outcome.ts";

export type { Arrays, Datatype } from "./tensor/arrays.ts";
export type { BytesArray } from "./tensor/bytes-array.ts";
export type { ModelStatistics, StatisticDuration } from "./protocol/management.ts";
export type { ModelMetadata, TensorMetadata } from "./protocol/metadata.ts";
export type { ModelRef } from "./protocol/request.ts";
export type {
  CircuitState,
  LayerEvent,
  Observe,
  RetryReason,
  SequenceChange,
  StopReason,
} from "./layers/observe.ts";
export { errorType } from "./layers/error-type.ts";
export type { LatencySummary } from "./layers/latency-sketch.ts";
export type { CountByType, EndpointCount, TallyCounts } from "./layers/tally.ts";
export type {
  ModelStats,
  ModelTelemetry,
  Telemetry,
  TelemetrySubject,
} from "./layers/telemetry.ts";
export type { Clock } from "./transport/clock.ts";
export type { Layer } from "./transport/layer.ts";
export type { Logger, LogLevel } from "./transport/logger.ts";
export type { PoolStats, ServerAddress } from "./transport/report.ts";
export type { Infer, Transport } from "./transport/transport.ts";
