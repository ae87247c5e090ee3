import {
  DecodeError,
  maxErrorBodyBytes,
  ServerError,
  TransportError,
  type Call,
  type InferenceRequest,
  type InferenceResponse,
} from "@nereid/core/transport-kit";
import { headerText } from "../answer-headers.ts";
import { serverError } from "./decode-answer.ts";
import { createEventParser } from "./event-parser.ts";
import type { GenerateContext } from "./generate-context.ts";
import { prepare } from "./prepare.ts";
import { isEventStream, refusalBody } from "./refusal-body.ts";
import type { StreamedAnswer } from "./streamed-answer.ts";

/**
 * Sends one request to `generate_stream` and yields its answers as they come. Leaving the loop closes the
 * exchange, which is how the server learns of it.
 *
 * @throws as `infer` does; an error behind the first answer is never retryable, because the answers
 *   before it have been handed out
 */
export async function* answersTo(
  context: GenerateContext,
  request: InferenceRequest,
  call: Call,
): AsyncGenerator<InferenceResponse, void> {
  const { client, modelFacts, options } = context;
  const { sent, where, decode } = await prepare(context, "generate_stream", request, call);
  const answer = await client.open(sent, call);
  let answers = 0;
  try {
    if (answer.status !== 200) {
      const body = refusalBody(answer, await readSome(answer));
      throw client.refusal(sent, { ...answer, body });
    }
    checkHeaders(answer, where);
    const parser = createEventParser(options.maxResponseBytes, where);
    for (;;) {
      const piece = await answer.read();
      if (piece === undefined) break;
      for (const { type, data } of parser.push(piece)) {
        call.signal.throwIfAborted();
        if (type === "error") throw serverError(where(), data);
        const response = decode(data);
        answers += 1;
        yield response;
      }
    }
    parser.end();
  } catch (error) {
    if (error instanceof DecodeError) modelFacts.forget(request.model);
    throw client.redact(answers === 0 ? error : unrepeatable(error));
  } finally {
    answer.leave();
  }
}

/** A proxy's page in the place of events would look like a stream without any. */
function checkHeaders({ headers }: StreamedAnswer, where: () => string): void {
  if (!isEventStream(headers)) {
    const found = headerText(headers, "content-type")?.slice(0, 100) ?? "no content type";
    throw new DecodeError(`${where()}: expected text/event-stream, found ${found}`);
  }
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return;
  throw new DecodeError(`${where()}: expected events as they are, found them compressed`);
}

/** As much of a refusal as anybody looks at. */
async function readSome(answer: StreamedAnswer): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < maxErrorBodyBytes) {
    const piece = await answer.read();
    if (piece === undefined) break;
    pieces.push(piece);
    bytes += piece.byteLength;
  }
  return Buffer.concat(pieces);
}

function unrepeatable(error: unknown): unknown {
  if (error instanceof ServerError && error.retryable) {
    return new ServerError(error.message, { ...factsOf(error), retryable: false, cause: error });
  }
  if (error instanceof TransportError && error.retryable) {
    return new TransportError(error.message, {
      delivery: error.delivery,
      retryable: false,
      cause: error.cause,
    });
  }
  return error;
}

function factsOf({ outcome, status, serverText }: ServerError) {
  return { outcome, status, serverText };
}
