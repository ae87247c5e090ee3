import { createTensor, type Transport } from "@nereid/core/transport-kit";

/** When an answer comes: within the turn of the question, or on the next turn of the event loop. */
export type AnswerTime = "at once" | "next turn";

/** What the transport is asked to be. */
export interface EchoOptions {
  readonly answers: AnswerTime;
  /** Does the model hold sequences? Default: false. */
  readonly stateful?: boolean;
  /** FP32 elements of a row. Default: 1. */
  readonly rowFloats?: number;
  /** Told of each exchange. */
  readonly onExchange?: () => void;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A transport without a server: the output OUT is the input IN, so that rows can be checked. */
export function createEchoTransport({
  answers,
  stateful = false,
  rowFloats = 1,
  onExchange,
}: EchoOptions): Transport {
  return {
    name: "http",
    infer: async ({ model, inputs }) => {
      onExchange?.();
      if (answers === "next turn") await nextTurn();
      const [input] = inputs;
      if (input?.datatype !== "FP32") throw new TypeError("expected one input of FP32");
      return {
        modelName: model.name,
        outputs: [createTensor("OUT", "FP32", input.shape, input.data)],
      };
    },
    metadata: async ({ name }) => ({
      name,
      versions: ["1"],
      platform: "bench",
      maxBatchRows: 4096,
      inputs: [{ name: "IN", datatype: "FP32", shape: [-1, rowFloats] }],
      outputs: [{ name: "OUT", datatype: "FP32", shape: [-1, rowFloats] }],
      ...(stateful ? { sequence: {} } : {}),
    }),
    ready: async () => true,
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
