import {
  DecodeError,
  type Call,
  type InferenceRequest,
  type InferenceResponse,
} from "@nereid/core/transport-kit";
import type { GenerateContext } from "./generate-context.ts";
import { prepare } from "./prepare.ts";
import { refusalBody } from "./refusal-body.ts";

/** One request that a model answers once: encode, send, decode, check. */
export async function generateOver(
  context: GenerateContext,
  request: InferenceRequest,
  call: Call,
): Promise<InferenceResponse> {
  const { client, modelFacts } = context;
  const { sent, decode } = await prepare(context, "generate", request, call);
  const answer = await client.send(sent, call);
  if (answer.status !== 200) {
    throw client.refusal(sent, { ...answer, body: refusalBody(answer, answer.body) });
  }
  try {
    return decode(answer.body);
  } catch (error) {
    if (error instanceof DecodeError) {
      modelFacts.forget(request.model);
      answer.distrust();
    }
    throw error;
  }
}
