import { reserved, type InferenceResponse } from "@nereid/core/transport-kit";

/** The answer without the mark that Triton puts on every answer of a stream. */
export function withoutFinalMark(response: InferenceResponse): InferenceResponse {
  const { parameters, ...rest } = response;
  if (parameters === undefined || !(reserved.finalResponse in parameters)) return response;
  const { [reserved.finalResponse]: _, ...others } = parameters;
  return Object.keys(others).length === 0 ? rest : { ...rest, parameters: others };
}

/** What the mark says; undefined where the server sends none. */
export function finalMark({ parameters }: InferenceResponse): boolean | undefined {
  const mark = parameters?.[reserved.finalResponse];
  return typeof mark === "boolean" ? mark : undefined;
}
