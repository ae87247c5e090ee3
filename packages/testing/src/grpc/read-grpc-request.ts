import type { InferenceRequest, ModelRef, RequestedOutput } from "@nereid/core/transport-kit";
import type {
  ModelInferRequest,
  ModelInferRequest_InferRequestedOutputTensor as RequestedTensor,
} from "../generated/inference_pb.ts";
import { tagOf } from "../server/check-inputs.ts";
import type { ModelHost } from "../server/model-host.ts";
import { Refusal } from "../server/refusal.ts";
import { readGrpcInputs } from "./read-grpc-inputs.ts";
import { readGrpcParameters } from "./read-grpc-parameters.ts";

/** A request, and whether a stream tells its end without tensors too. */
export interface GrpcRequest {
  readonly request: InferenceRequest;
  readonly emptyFinal: boolean;
}

/** Reads a model's name and version. @throws Refusal for a version that is no number */
export function readModelRef(name: string, version: string): ModelRef {
  if (version === "") return { name };
  const suffix = "version should be an integral value > 0";
  const number = /^\s*[+-]?\d+/.exec(version)?.[0];
  if (number === undefined) {
    throw new Refusal(
      400,
      `failed to get model version from specified version string '${version}' (details: stol), ${suffix}`,
    );
  }
  if (BigInt(number.trim().replace("+", "")) < 0n) {
    throw new Refusal(400, `invalid model version specified '${version}' , ${suffix}`);
  }
  return { name, version: String(BigInt(number.trim().replace("+", ""))) };
}

/** Reads a request. @throws Refusal with Triton's words */
export function readGrpcRequest(host: ModelHost, message: ModelInferRequest): GrpcRequest {
  const ref = readModelRef(message.modelName, message.modelVersion);
  const { model } = host.find(ref);
  const { request, emptyFinal } = readGrpcParameters(message.parameters);
  const outputs = message.outputs.map(readOutput);
  const inputs = readGrpcInputs(
    message,
    ({ name }) => model.inputs.find((input) => input.name === name)?.datatype,
    { model: model.name, tag: tagOf(message.id), hasBatch: model.maxBatchRows > 0 },
  );
  return {
    request: {
      model: ref,
      inputs,
      ...(message.id === "" ? {} : { id: message.id }),
      ...(outputs.length === 0 ? {} : { outputs }),
      ...request,
    },
    emptyFinal,
  };
}

function readOutput({ name, parameters }: RequestedTensor): RequestedOutput {
  const choice = parameters["classification"]?.parameterChoice;
  if (choice === undefined) return { name };
  if (choice.case === "int64Param") {
    return choice.value === 0n ? { name } : { name, classification: Number(choice.value) };
  }
  throw new Refusal(400, "invalid value type for 'classification' parameter, expected int64_param");
}
