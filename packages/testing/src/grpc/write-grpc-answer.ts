import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { rawBytes, type InferenceResponse } from "@nereid/core/transport-kit";
import {
  InferParameterSchema,
  type InferParameter,
  type ModelInferResponseSchema,
  ModelStreamInferResponseSchema,
} from "../generated/inference_pb.ts";

/** The fields of an answer. */
export type AnswerInit = MessageInitShape<typeof ModelInferResponseSchema>;

/** An answer as Triton writes it: every output raw, whatever the request's form. */
export function writeGrpcAnswer(response: InferenceResponse): AnswerInit {
  return {
    modelName: response.modelName,
    modelVersion: response.modelVersion ?? "",
    id: response.id ?? "",
    outputs: response.outputs.map(({ name, datatype, shape }) => ({
      name,
      datatype,
      shape: shape.map(BigInt),
    })),
    rawOutputContents: response.outputs.map((output) => Uint8Array.from(rawBytes(output))),
  };
}

/** An answer of a stream, with the mark of the last one. */
export function writeStreamAnswer(answer: AnswerInit, isFinal: boolean): Uint8Array {
  return writeStreamMessage({ inferResponse: { ...answer, parameters: finalMark(isFinal) } });
}

/** An error of a stream. Its answer tells as much as is known. */
export function writeStreamError(text: string, answer: AnswerInit): Uint8Array {
  return writeStreamMessage({ errorMessage: text, inferResponse: answer });
}

/** The parameter of an answer that tells whether more will follow. */
export function finalMark(isFinal: boolean): Record<string, InferParameter> {
  return {
    triton_final_response: create(InferParameterSchema, {
      parameterChoice: { case: "boolParam", value: isFinal },
    }),
  };
}

function writeStreamMessage(
  message: MessageInitShape<typeof ModelStreamInferResponseSchema>,
): Uint8Array {
  return toBinary(ModelStreamInferResponseSchema, create(ModelStreamInferResponseSchema, message));
}
