import type { MessageInitShape } from "@bufbuild/protobuf";
import type { InferParameter, InferTensorContentsSchema } from "../src/generated/inference_pb.ts";

type ParameterInits = Record<string, ReturnType<typeof parameter>>;

/** The fields of a request. */
export interface RequestInit {
  modelName: string;
  id: string;
  modelVersion?: string;
  parameters?: ParameterInits;
  inputs: {
    name: string;
    datatype: string;
    shape: bigint[];
    parameters?: ParameterInits;
    contents?: MessageInitShape<typeof InferTensorContentsSchema>;
  }[];
  outputs?: { name: string; parameters?: ParameterInits }[];
  rawInputContents: Uint8Array[];
}

/** A parameter of one of the five kinds. */
export function parameter(parameterChoice: InferParameter["parameterChoice"]): {
  readonly parameterChoice: InferParameter["parameterChoice"];
} {
  return { parameterChoice };
}

/** Elements of INT32 in raw form. */
export function int32(...values: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

/** Elements of FP32 in raw form. */
export function float32(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** A request with one raw input. */
export function rawRequest(
  modelName: string,
  [name, datatype, ...shape]: readonly [name: string, datatype: string, ...shape: number[]],
  raw: Uint8Array,
  changes: Partial<RequestInit> = {},
): RequestInit {
  return {
    modelName,
    id: "r1",
    inputs: [{ name, datatype, shape: shape.map(BigInt) }],
    rawInputContents: [raw],
    ...changes,
  };
}
