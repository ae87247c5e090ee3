export {
  createPredictStream,
  createSettleStream,
  type PredictStreamOptions,
} from "./node-streams.ts";
export type { DuplexOptions } from "./flow-duplex.ts";
export { createPredictTransform, createSettleTransform } from "./web-streams.ts";
export { predictRows, settleRows, type Operator } from "./operators.ts";
