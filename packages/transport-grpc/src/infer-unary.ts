import {
  checkResponse,
  type Call,
  type InferenceRequest,
  type InferenceResponse,
} from "@nereid/core/transport-kit";
import type { GrpcLink } from "./link.ts";
import { decodeResponse } from "./wire/decode-response.ts";
import { encodeRequest } from "./wire/encode-request.ts";
import type { Writer } from "./wire/writer.ts";

/** What inference needs of its transport. */
export interface InferContext {
  readonly link: GrpcLink;
  readonly writer: Writer;
  /** A new id for each exchange, so that a late answer cannot pass for another's. */
  readonly createId: () => string;
}

/** One inference as one call. */
export async function inferUnary(
  { link, writer, createId }: InferContext,
  request: InferenceRequest,
  call: Call,
): Promise<InferenceResponse> {
  const id = request.id ?? createId();
  const bytes = encodeRequest(writer, request, { id, emptyFinal: false });
  const left = (): void => writer.memory.give(bytes);
  const answer = await link.unary("ModelInfer", bytes, call, { left });
  return checkResponse(request, id, decodeResponse(answer));
}
