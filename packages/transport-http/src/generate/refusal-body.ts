import { DecodeError, maxErrorBodyBytes } from "@nereid/core/transport-kit";
import { headerText, type AnswerHeaders } from "../answer-headers.ts";
import { createEventParser } from "./event-parser.ts";

/** True for an answer that says that it is a stream of events. */
export function isEventStream(headers: AnswerHeaders): boolean {
  return /^\s*text\/event-stream\s*(?:;|$)/i.test(headerText(headers, "content-type") ?? "");
}

/** The text of a refusal: Triton wraps it in an event when the model itself failed at its first answer. */
export function refusalBody(
  { headers }: { readonly headers: AnswerHeaders },
  body: Uint8Array,
): Uint8Array {
  if (!isEventStream(headers)) return body;
  try {
    const [event] = createEventParser(maxErrorBodyBytes, () => "refusal").push(body);
    return event?.data ?? body;
  } catch (error) {
    if (error instanceof DecodeError) return body;
    throw error;
  }
}
