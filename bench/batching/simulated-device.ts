import { createTensor, type Clock, type Transport } from "@nereid/core/transport-kit";

/** What a device takes for a batch. */
export interface DeviceCurve {
  readonly batchMs: number;
  readonly rowMs: number;
  readonly maxRows: number;
  /** There and back together. */
  readonly networkMs: number;
}

/** One instance behind one queue, that does batches one after the other. */
export function createSimulatedDevice(clock: Clock, curve: DeviceCurve): Transport {
  let freeAt = 0;
  return {
    name: "http",
    infer: ({ model, inputs }) => {
      const [input] = inputs;
      if (input?.datatype !== "FP32") throw new TypeError("expected one input of FP32");
      const { shape, data } = input;
      const arrival = clock.now() + curve.networkMs / 2;
      freeAt = Math.max(freeAt, arrival) + curve.batchMs + curve.rowMs * (shape[0] ?? 0);
      const answerMs = freeAt + curve.networkMs / 2 - clock.now();
      const outputs = [createTensor("OUT", "FP32", shape, data)];
      return new Promise((resolve) => {
        clock.setTimer(
          () => resolve({ modelName: model.name, modelVersion: "1", outputs }),
          answerMs,
        );
      });
    },
    metadata: async ({ name }) => ({
      name,
      versions: ["1"],
      platform: "simulated",
      maxBatchRows: curve.maxRows,
      inputs: [{ name: "IN", datatype: "FP32", shape: [-1, 1] }],
      outputs: [{ name: "OUT", datatype: "FP32", shape: [-1, 1] }],
    }),
    ready: async () => true,
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Rows each second that a device can do in batches of so many. */
export function capacityOf({ batchMs, rowMs }: DeviceCurve, rows: number): number {
  return (1000 * rows) / (batchMs + rowMs * rows);
}
