export {
  createPredictStream,
  createSettleStream,
  type PredictStreamOptions,
} from "./node-streams.ts";
export type { DuplexOptions } from "./flow-duplex.ts";
export { createPredictTransform, createSettleTransform } from "./web-streams.ts";
export { predictRows, settleRows, type Operator } from "./operators.ts";
export {
  openDeadLetterFile,
  type DeadLetterFile,
  type DeadLetterFileOptions,
  type LetterSync,
} from "./dead-letters/dead-letter-file.ts";
export { readDeadLetters, redrive } from "./dead-letters/read-dead-letters.ts";
export type { StoredLetter } from "./dead-letters/stored-letter.ts";
