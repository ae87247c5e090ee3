import { ServerError } from "../errors/errors.ts";
import type { Layer } from "../transport/layer.ts";
import type { BatchTuner } from "./batch-tuner.ts";

/** Tells the tuner of each exchange with records; belongs below everything that waits. */
export function tuningLayer(tuner: BatchTuner): Layer {
  return (next) => async (request, call) => {
    if (call.rows === undefined) return next(request, call);
    const exchange = tuner.started(call.rows, call.attempt);
    try {
      const response = await next(request, call);
      exchange.answered(response.modelVersion ?? "");
      return response;
    } catch (error) {
      exchange.failed(call.rows > 1 && isRefusedForSize(error));
      throw error;
    }
  };
}

/** Texts of Triton, of gRPC and of HTTP servers in general; a bad row is refused in other words. */
const sizeWords = /batch[- ]size|larger than max|too large/i;

function isRefusedForSize(error: unknown): boolean {
  if (!(error instanceof ServerError) || error.outcome !== "rejected") return false;
  return error.status === 413 || sizeWords.test(error.serverText ?? "");
}
