import type { InferenceRequest, InferenceResponse } from "@nereid/core/transport-kit";
import type { ModelHost } from "./model-host.ts";
import { Refusal } from "./refusal.ts";
import { writeFlatAnswer } from "./write-flat-answer.ts";

/** An answer whose length nobody knows beforehand; its first piece decides the status. */
export interface StreamedPieces {
  readonly status: number;
  readonly contentType: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

const tooMany =
  "generate expects model to produce exactly 1 response, use generate stream for model that generates various number of responses";

/** Runs `POST …/generate`: the one answer, or an error that may have status 200. @throws Refusal */
export async function generateOne(
  host: ModelHost,
  request: InferenceRequest,
  signal: AbortSignal,
): Promise<StreamedPieces> {
  const results: Result[] = [];
  for await (const result of resultsOf(host, request, signal)) {
    results.push(result);
    if (results.length === 2) break;
  }
  const [only] = results;
  const isOne = only !== undefined && results.length === 1;
  return {
    status: isOne ? statusOf(only) : 200,
    contentType: "application/json",
    pieces: only !== undefined && isOne ? inTurn([only.body]) : inTurn([errorBody(tooMany)]),
  };
}

/** Runs `POST …/generate_stream`: each answer is an event, and so is an error. @throws Refusal */
export async function generateEvents(
  host: ModelHost,
  request: InferenceRequest,
  signal: AbortSignal,
): Promise<StreamedPieces> {
  const results = resultsOf(host, request, signal);
  const first = await results.next();
  return {
    status: first.done === true ? 200 : statusOf(first.value),
    contentType: "text/event-stream; charset=utf-8",
    pieces: toEvents(first.done === true ? undefined : first.value, results),
  };
}

async function* toEvents(
  first: Result | undefined,
  rest: AsyncGenerator<Result, void>,
): AsyncGenerator<Uint8Array> {
  if (first !== undefined) yield toEvent(first);
  for await (const result of rest) yield toEvent(result);
}

function toEvent({ body }: Result): Uint8Array {
  return Buffer.concat([Buffer.from("data: "), body, Buffer.from("\n\n")]);
}

/** What a model gave: an answer or its failure, as JSON. */
interface Result {
  readonly failed: boolean;
  readonly body: Uint8Array;
}

/** A model's failure has one status here, whatever it has for plain inference. */
function statusOf({ failed }: Result): number {
  return failed ? 400 : 200;
}

/** @throws Refusal for a request that never came to the model */
async function* resultsOf(
  host: ModelHost,
  request: InferenceRequest,
  signal: AbortSignal,
): AsyncGenerator<Result, void> {
  try {
    for await (const response of host.answers(request, signal)) yield toResult(response);
  } catch (error) {
    // Only models fail with 500; requests are refused with other statuses.
    if (!(error instanceof Refusal) || error.status !== 500) throw error;
    yield { failed: true, body: errorBody(error.message) };
  }
}

function toResult(response: InferenceResponse): Result {
  return { failed: false, body: writeFlatAnswer(response) };
}

function errorBody(text: string): Uint8Array {
  return Buffer.from(JSON.stringify({ error: text }));
}

async function* inTurn(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
