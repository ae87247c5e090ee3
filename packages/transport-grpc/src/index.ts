export type { GRPCInferenceService } from "./generated/inference_pb.ts";
