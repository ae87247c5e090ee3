import type { InferenceRequest, ParameterValue } from "@nereid/core/transport-kit";
import type { InferParameter } from "../generated/inference_pb.ts";
import { Refusal } from "../server/refusal.ts";

type ParameterMap = Readonly<Record<string, InferParameter>>;

/** What the parameters of a request say. */
export interface GrpcParameters {
  readonly request: Pick<
    InferenceRequest,
    "sequence" | "priority" | "queueTimeoutUs" | "parameters"
  >;
  /** A stream tells the end of a decoupled request even without tensors. */
  readonly emptyFinal: boolean;
}

const emptyFinalName = "triton_enable_empty_final_response";
const maxSequenceIdBytes = 128;
const specialNames: ReadonlySet<string> = new Set([
  emptyFinalName,
  "priority",
  "sequence_end",
  "sequence_id",
  "sequence_start",
  "timeout",
]);

/** Reads the parameters of a request. @throws Refusal with Triton's words */
export function readGrpcParameters(parameters: ParameterMap): GrpcParameters {
  const own: Record<string, ParameterValue> = {};
  for (const [name, { parameterChoice }] of Object.entries(parameters)) {
    if (!specialNames.has(name)) own[name] = ownValue(name, parameterChoice);
  }
  const priority = readPriority(parameters);
  const queueTimeoutUs = readTimeout(parameters);
  return {
    request: {
      ...readSequence(parameters),
      ...(priority === undefined ? {} : { priority }),
      ...(queueTimeoutUs === undefined ? {} : { queueTimeoutUs }),
      parameters: own,
    },
    emptyFinal: readFlag(parameters, emptyFinalName),
  };
}

function wrongType(name: string, expected: string): Refusal {
  return new Refusal(400, `invalid value type for '${name}' parameter, expected ${expected}`);
}

/** Triton 2.51 takes no uint64 for a parameter that it does not know. */
function ownValue(name: string, choice: InferParameter["parameterChoice"]): ParameterValue {
  if (name.startsWith("triton_")) {
    throw new Refusal(
      400,
      `parameter keys starting with 'triton_' are reserved for Triton usage. Only the following keys starting with 'triton_' are allowed: ${emptyFinalName}`,
    );
  }
  switch (choice.case) {
    case "boolParam":
    case "stringParam":
      return choice.value;
    case "int64Param":
      return Number.isSafeInteger(Number(choice.value)) ? Number(choice.value) : choice.value;
    case "doubleParam":
      return Number.isInteger(choice.value) ? { double: choice.value } : choice.value;
    default:
      throw wrongType(name, "int64_param, bool_param, or string_param.");
  }
}

function readFlag(parameters: ParameterMap, name: string): boolean {
  const choice = parameters[name]?.parameterChoice;
  if (choice === undefined) return false;
  if (choice.case === "boolParam") return choice.value;
  throw wrongType(name, "bool_param.");
}

function readPriority(parameters: ParameterMap): number | undefined {
  const choice = parameters["priority"]?.parameterChoice;
  if (choice === undefined) return undefined;
  if (choice.case !== "int64Param" && choice.case !== "uint64Param") {
    throw wrongType("priority", "int64_param or uint64_param.");
  }
  if (choice.value >= 0n) return Number(choice.value);
  throw new Refusal(400, "invalid value for 'priority', expected value >= 0.");
}

function readTimeout(parameters: ParameterMap): number | undefined {
  const choice = parameters["timeout"]?.parameterChoice;
  if (choice === undefined) return undefined;
  if (choice.case === "int64Param") return Number(choice.value);
  throw wrongType("timeout", "int64_param.");
}

/** An id below zero is the unsigned number of the same bits; an id of 0 or "" is none. */
function readSequence(parameters: ParameterMap): Pick<InferenceRequest, "sequence"> {
  const choice = parameters["sequence_id"]?.parameterChoice;
  const start = readFlag(parameters, "sequence_start");
  const end = readFlag(parameters, "sequence_end");
  if (choice === undefined) return {};
  if (choice.case === "int64Param") {
    return { sequence: { id: BigInt.asUintN(64, choice.value), start, end } };
  }
  if (choice.case !== "stringParam") {
    throw wrongType("sequence_id", "int64_param or string_param.");
  }
  if (Buffer.byteLength(choice.value) > maxSequenceIdBytes) {
    throw new Refusal(501, "string correlation ID cannot be longer than 128 characters");
  }
  return { sequence: { id: choice.value, start, end } };
}
