export {
  conformanceCases,
  testTransport,
  type SkippedCase,
  type TransportSubject,
} from "./conformance/test-transport.ts";
export type {
  AnswerCase,
  ConformanceCase,
  ErrorCase,
  ExpectedError,
  ScriptCase,
} from "./conformance/conformance-case.ts";
