import type { InferenceResponse } from "@nereid/core/transport-kit";
import { readResponse } from "./decode-response.ts";
import { createReader, readMessage, readTag, readText, skipField } from "./reader.ts";

/** A message of `ModelStreamInfer`. */
export interface StreamAnswer {
  /** The server's text when the request failed; the response then has the id at most. */
  readonly error?: string;
  /** Absent when the server told neither an answer nor an id. */
  readonly response?: InferenceResponse;
}

const errorMessage = 0x0a;
const inferResponse = 0x12;

/**
 * Reads a message of `ModelStreamInfer`. Triton wraps its answers in `ModelStreamInferResponse`, which
 * has fields 1 and 2 alone; MLServer sends a bare `ModelInferResponse`, which has an id or outputs.
 *
 * @throws DecodeError
 */
export function decodeStreamAnswer(bytes: Buffer): StreamAnswer {
  if (isBare(bytes)) return { response: readResponse(createReader(bytes)) };
  const reader = createReader(bytes);
  let error = "";
  let response: InferenceResponse | undefined;
  while (reader.at < reader.end) {
    const tag = readTag(reader);
    if (tag === errorMessage) error = readText(reader);
    else if (tag === inferResponse) response = readResponse(readMessage(reader));
    else skipField(reader, tag);
  }
  return {
    ...(error === "" ? {} : { error }),
    ...(response === undefined ? {} : { response }),
  };
}

function isBare(bytes: Buffer): boolean {
  const reader = createReader(bytes);
  while (reader.at < reader.end) {
    const tag = readTag(reader);
    if (tag >> 3 > 2) return true;
    skipField(reader, tag);
  }
  return false;
}
