import {
  createTensor,
  type InferenceRequest,
  type InferenceResponse,
} from "@nereid/core/transport-kit";

const number = (model: string, shape: readonly number[], value: number, id?: string) => ({
  model: { name: model },
  ...(id === undefined ? {} : { id }),
  inputs: [createTensor("IN", "INT32", shape, Int32Array.of(value))],
});

/** Asks the model `repeat` for so many answers; below zero, for an error behind them. */
export const repeat = (count: number, id?: string): InferenceRequest =>
  number("repeat", [1], count, id);

/** Asks for answers without an end. */
export const endless = (id?: string): InferenceRequest => number("endless", [1], 0, id);

/** Asks a model with one answer for the number that it is sent. */
export const echo = (value: number, id?: string): InferenceRequest =>
  number("echo_int32", [1, 1], value, id);

/** Asks for an answer that does not come. */
export const silent = (): InferenceRequest => number("slow", [1], 1000);

/** Requests one behind the other, as a stream takes them. */
export async function* each(...requests: InferenceRequest[]): AsyncGenerator<InferenceRequest> {
  yield* requests;
}

/** The first number of an answer's first output. */
export function numberOf({ outputs: [output] }: InferenceResponse): number | undefined {
  return output?.datatype === "INT32" ? output.data[0] : undefined;
}

/** Every answer, also those in front of an error. */
export async function collect(
  answers: AsyncIterable<InferenceResponse>,
): Promise<{ readonly answers: readonly InferenceResponse[]; readonly error?: unknown }> {
  const collected: InferenceResponse[] = [];
  try {
    for await (const answer of answers) collected.push(answer);
    return { answers: collected };
  } catch (error) {
    return { answers: collected, error };
  }
}

/** The numbers of a stream without an error. @throws what the stream throws */
export async function numbers(answers: AsyncIterable<InferenceResponse>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const answer of answers) found.push(numberOf(answer));
  return found;
}

/** 0, 1, 2, … below a limit. */
export const countTo = (limit: number): number[] =>
  Array.from({ length: limit }, (_, index) => index);
