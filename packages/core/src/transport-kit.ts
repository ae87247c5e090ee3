// The door for authors of transports and providers.

export type { Delivery } from "./errors/delivery.ts";
export { InferenceError, type ErrorFacts } from "./errors/inference-error.ts";
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
  type ServerErrorFacts,
} from "./errors/errors.ts";
export {
  knownMessages,
  outcomes,
  type KnownMessage,
  type Outcome,
  type OutcomeRow,
} from "./errors/outcome.ts";
export { classifyAnswer, type StatusColumn } from "./errors/classify-answer.ts";
export { cleanServerText } from "./errors/server-text.ts";

export type { Arrays, Datatype, FixedDatatype } from "./tensor/arrays.ts";
export { bytesAt, sliceBytes, textAt, type BytesArray } from "./tensor/bytes-array.ts";
export { textsOf } from "./tensor/texts.ts";
export {
  datatypeNames,
  datatypes,
  isDatatype,
  type ArrayType,
  type DatatypeRow,
  type ElementKind,
} from "./tensor/datatypes.ts";
export { encodeBytes, type BytesElement } from "./tensor/encode-bytes.ts";
export { parseBytes } from "./tensor/parse-bytes.ts";
export { parseRaw, rawBytes } from "./tensor/raw.ts";
export { elementCount, formatShape, isSameShape, maxRank, type Shape } from "./tensor/shape.ts";
export { createTensor, type Tensor, type TensorOf } from "./tensor/tensor.ts";

export type {
  ConfigValue,
  ModelConfig,
  ModelStatistics,
  RepositoryModel,
  StatisticDuration,
} from "./protocol/management.ts";
export type { ModelMetadata, ServerMetadata, TensorMetadata } from "./protocol/metadata.ts";
export { isReservedParameter, reserved } from "./protocol/parameters.ts";
export type {
  InferenceRequest,
  ModelRef,
  Parameters,
  ParameterValue,
  RequestedOutput,
  SequencePosition,
} from "./protocol/request.ts";
export type { InferenceResponse } from "./protocol/response.ts";

export { idleClock, sleep, systemClock, type Clock } from "./transport/clock.ts";
export type { ClosedGate, Patience } from "./transport/patience.ts";
export { stack, type Layer } from "./transport/layer.ts";
export { orAborted } from "./transport/or-aborted.ts";
export { monitorPool } from "./transport/pool-monitor.ts";
export {
  isReporting,
  sumOfPools,
  type PoolStats,
  type ReportingTransport,
  type ServerAddress,
  type TransportReport,
} from "./transport/report.ts";
export type { LoadOptions, ServerApi } from "./transport/server-api.ts";
export type { Call, Infer, StreamingTransport, Transport } from "./transport/transport.ts";

export type {
  ConnectionOptions,
  PoolOptions,
  Secret,
  TlsOptions,
} from "./options/connection-options.ts";
export type { Provider, ProviderContext } from "./provider/provider.ts";

export { checkRequest } from "./protocol/check-request.ts";
export { createOneModelCheck } from "./protocol/one-model.ts";
export { checkResponse, type ResponseRules } from "./protocol/check-response.ts";
export { decodeData } from "./protocol/decode-data.ts";
export { maxErrorBodyBytes, readErrorText } from "./protocol/decode-error.ts";
export {
  decodeModelConfig,
  decodeModelStatistics,
  decodeRepositoryIndex,
  readModelConfig,
} from "./protocol/decode-management.ts";
export { decodeModelMetadata, decodeServerMetadata } from "./protocol/decode-metadata.ts";
export { decodeRequest, type DecodedRequest } from "./protocol/decode-request.ts";
export { decodeResponse } from "./protocol/decode-response.ts";
export { createRequestEncoder, type RequestEncoder } from "./protocol/request-encoder.ts";
export { createResponseDecoder, type ResponseDecoder } from "./protocol/response-decoder.ts";
export { encodeRequest, type RequestForm } from "./protocol/encode-request.ts";
export { encodeResponse, type ResponseForm } from "./protocol/encode-response.ts";
export { encodeData, type JsonForm } from "./protocol/encode-tensor.ts";
export { encodeParameters, quote } from "./protocol/json-text.ts";
export {
  describeJson,
  isJsonObject,
  member,
  type JsonObject,
  type JsonValue,
} from "./protocol/json-value.ts";
export type { EncodedMessage } from "./protocol/message.ts";
export { parseJson } from "./protocol/parse-json.ts";
export type { DecodeLimits } from "./protocol/split-body.ts";

export type { ConnectionOptionsInput } from "./options/connection-options-input.ts";
export {
  parseConnectionOptions,
  type OptionResolvers,
} from "./options/parse-connection-options.ts";
export { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from "./tensor/float16.ts";
export { nearestName } from "./errors/nearest-name.ts";
export { createFifo, type Fifo } from "./queue/fifo.ts";
export { createRoster, type Listed, type Roster } from "./queue/roster.ts";
export { optionTable, type DocumentedOption } from "./options/option-table.ts";
export { createSharedOnce, type SharedOnce, type SharedResult } from "./connection/shared-once.ts";
export { redactError, type Redact } from "./connection/redact.ts";
export { createOptionHeaders, type OptionHeaders } from "./connection/option-headers.ts";
export { checkHeaderValue, joinHeaders, type FlatHeaders } from "./connection/header-lines.ts";
export { createEnvironmentLogger, type LogSources } from "./connection/environment-logger.ts";
export { debugQuietly, type Logger, type LogLevel } from "./transport/logger.ts";
export { createResolvers, type ReferenceSources } from "./connection/resolvers.ts";
export { trimSlashes } from "./options/trim-slashes.ts";
export type { ParsedEndpoint, ParseEndpoint } from "./options/parse-endpoint.ts";
export {
  createServerFacts,
  type GetServerFacts,
  type ServerFacts,
} from "./connection/server-facts.ts";
export { completeMetadata } from "./connection/complete-metadata.ts";
export { createUnderWay, type UnderWay } from "./connection/under-way.ts";
export { createEndpointGroup, type EndpointGroup } from "./connection/endpoint-group.ts";
