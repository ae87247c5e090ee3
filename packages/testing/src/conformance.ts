export { conformanceCases, testTransport } from "./conformance/test-transport.ts";
export {
  reasonToSkip,
  type SkippedCase,
  type TransportSubject,
} from "./conformance/transport-subject.ts";
export type {
  AnswerCase,
  ConformanceCase,
  ErrorCase,
  ExpectedError,
  ReceivedCase,
  ScriptCase,
  StreamCase,
} from "./conformance/conformance-case.ts";
