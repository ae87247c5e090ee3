import {
  DecodeError,
  isDatatype,
  maxRank,
  type ModelMetadata,
  type ModelStatistics,
  type StatisticDuration,
  type TensorMetadata,
} from "@nereid/core/transport-kit";
import type {
  InferStatistics,
  ModelMetadataResponse,
  ModelMetadataResponse_TensorMetadata,
  ModelStatistics as StatisticsMessage,
} from "./generated/inference_pb.ts";

/** Reads a model's metadata. @throws DecodeError for a tensor without name, known datatype or shape */
export function readMetadata(message: ModelMetadataResponse): ModelMetadata {
  const { name, versions, platform, inputs, outputs } = message;
  const toTensor = (tensor: ModelMetadataResponse_TensorMetadata): TensorMetadata =>
    readTensor(`metadata of model "${name}"`, tensor);
  return {
    name,
    versions,
    platform,
    inputs: inputs.map(toTensor),
    outputs: outputs.map(toTensor),
  };
}

function readTensor(
  what: string,
  { name, datatype, shape }: ModelMetadataResponse_TensorMetadata,
): TensorMetadata {
  const sizes = shape.map(Number);
  if (name === "") throw new DecodeError(`${what}: expected each tensor to have a name`);
  if (!isDatatype(datatype)) {
    throw new DecodeError(`${what}: expected a known datatype of tensor "${name}", found another`);
  }
  if (sizes.length > maxRank || !sizes.every((size) => Number.isSafeInteger(size) && size >= -1)) {
    throw new DecodeError(
      `${what}: expected the shape of tensor "${name}" to be at most ${maxRank} whole numbers from -1 on, found another`,
    );
  }
  return { name, datatype, shape: sizes };
}

/** The protocol's own names of durations, as HTTP tells them. */
const durationNames = {
  success: "success",
  fail: "fail",
  queue: "queue",
  computeInput: "compute_input",
  computeInfer: "compute_infer",
  computeOutput: "compute_output",
  cacheHit: "cache_hit",
  cacheMiss: "cache_miss",
} as const satisfies { readonly [name in keyof InferStatistics]?: string };

/** Reads the counters of one model version. */
export function readStatistics(message: StatisticsMessage): ModelStatistics {
  const { name, version, lastInference, inferenceCount, executionCount, inferenceStats } = message;
  const durations: Record<string, StatisticDuration> = Object.create(null);
  for (const key of Object.keys(durationNames) as (keyof typeof durationNames)[]) {
    const duration = inferenceStats?.[key];
    if (duration === undefined) continue;
    durations[durationNames[key]] = { count: duration.count, ns: duration.ns };
  }
  return {
    name,
    version,
    lastInferenceMs: lastInference,
    inferenceCount,
    executionCount,
    durations,
  };
}
