import type { ServerMetadata } from "@nereid/core/transport-kit";

/** What Triton 2.51 says of itself. */
export const tritonMetadata: ServerMetadata = {
  name: "triton",
  version: "2.51.0",
  extensions: [
    "classification",
    "sequence",
    "model_repository",
    "model_repository(unload_dependents)",
    "schedule_policy",
    "model_configuration",
    "system_shared_memory",
    "cuda_shared_memory",
    "binary_tensor_data",
    "parameters",
    "statistics",
    "trace",
    "logging",
  ],
};
