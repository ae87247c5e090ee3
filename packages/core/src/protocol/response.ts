import type { Tensor } from "../tensor/tensor.ts";
import type { Parameters } from "./request.ts";

/** One V2 inference answer that passed every check of `checkResponse`. */
export interface InferenceResponse {
  readonly modelName: string;
  /** Absent where the server does not tell. */
  readonly modelVersion?: string;
  readonly id?: string;
  /** Views over the answer's memory, which lives as long as any of them. */
  readonly outputs: readonly Tensor[];
  readonly parameters?: Parameters;
}
