import {
  createTensor,
  type InferenceRequest,
  type InferenceResponse,
} from "@nereid/core/transport-kit";
import {
  createStandardModels,
  startV2Server,
  type ServerModel,
  type V2Server,
} from "@nereid/testing";

/** A server with the standard models and others. */
export function startModels(...more: readonly ServerModel[]): Promise<V2Server> {
  return startV2Server({ models: [...createStandardModels(), ...more] });
}

/** A request to a model whose input is one number. */
export function askNumber(model: string, value: number, id?: string): InferenceRequest {
  const inputs = [createTensor("IN", "INT32", [1], Int32Array.of(value))];
  return { model: { name: model }, inputs, ...(id === undefined ? {} : { id }) };
}

export async function* inTurn(
  ...requests: readonly InferenceRequest[]
): AsyncGenerator<InferenceRequest> {
  yield* requests;
}

/** The number that an answer of such a model holds. */
export function numberOf({ outputs: [output] }: InferenceResponse): number {
  if (output?.datatype !== "INT32") throw new Error("expected an answer of one INT32");
  return output.data[0] ?? Number.NaN;
}

/** What came out of a stream, and what it ended with. */
export interface Ended {
  readonly numbers: readonly number[];
  /** Undefined when it ended in good order. */
  readonly error: unknown;
}

/** Reads a stream to its end. */
export async function readAll(answers: AsyncIterable<InferenceResponse>): Promise<Ended> {
  const numbers: number[] = [];
  try {
    for await (const answer of answers) numbers.push(numberOf(answer));
  } catch (error) {
    return { numbers, error };
  }
  return { numbers, error: undefined };
}

/** A decoupled model that counts up to IN, and tells how far it came. */
export interface CountingModel extends ServerModel {
  readonly state: { given: number };
  /** Resolves when a caller has gone before the end. */
  readonly left: Promise<void>;
}

/** Counts like `repeat` in answers of 10,000 elements, and waits for its caller to go behind the last. */
export function createCountingModel(): CountingModel {
  const state = { given: 0 };
  let tellLeft = (): void => undefined;
  const left = new Promise<void>((resolve) => (tellLeft = resolve));
  return {
    name: "counting",
    maxBatchRows: 0,
    inputs: [{ name: "IN", datatype: "INT32", shape: [1] }],
    outputs: [{ name: "OUT", datatype: "INT32", shape: [-1] }],
    state,
    left,
    execute: () => [],
    async *decoupled({ inputs, signal }) {
      const tensor = inputs.get("IN");
      const count = tensor?.datatype === "INT32" ? (tensor.data[0] ?? 0) : 0;
      signal.addEventListener("abort", tellLeft, { once: true });
      for (; state.given < count && !signal.aborted; state.given += 1) {
        const data = new Int32Array(10_000).fill(state.given);
        yield [createTensor("OUT", "INT32", [data.length], data)];
      }
      await left;
    },
  };
}
