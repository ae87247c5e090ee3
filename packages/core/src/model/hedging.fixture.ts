import { ServerError } from "../errors/errors.ts";
import type { LayerEvent } from "../layers/observe.ts";
import { createTensor } from "../tensor/tensor.ts";
import { orAborted } from "../transport/or-aborted.ts";
import type { Call, Transport } from "../transport/transport.ts";
import { createVirtualClock, type VirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel, type CreateModelOptions } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";
import type { Fields } from "../record/field.ts";
import type { Model } from "./model.ts";

/** A model on two servers that multiply by different factors, and what it does. */
export interface Hedged {
  readonly clock: VirtualClock;
  readonly model: Model<{ readonly x: number }, object>;
  readonly events: LayerEvent[];
  /** Exchanges since it knows how long answers take, by where they went. */
  readonly asked: Call[];
  /** Values that both servers fail a whole batch for. */
  readonly refused: Set<number>;
  /** Awaited before each answer. */
  gate: (call: Call) => Promise<void>;
}

/** What the two servers multiply by. */
export const factors: Readonly<Record<string, number>> = { one: 2, other: 3 };

/** @param requests - answered at once before the test, so that what is late is known */
export async function createHedged(
  options: Partial<CreateModelOptions<Fields, Fields>> = {},
  requests = 40,
): Promise<Hedged> {
  const clock = createVirtualClock();
  const events: LayerEvent[] = [];
  const asked: Call[] = [];
  const transport: Transport = {
    ...createDoubleTransport(),
    endpoints: Object.keys(factors),
    async infer({ model, inputs: [input] }, call) {
      asked.push(call);
      await orAborted(hedged.gate(call), call.signal);
      if (input?.datatype !== "FP32") throw new Error("no FP32 input");
      if (input.data.some((value) => hedged.refused.has(value))) {
        throw new ServerError("raised", { outcome: "internal", status: 500, serverText: "" });
      }
      const values = input.data.map((value) => value * (factors[call.endpoint ?? ""] ?? 0));
      return { modelName: model.name, outputs: [createTensor("y", "FP32", input.shape, values)] };
    },
  };
  const model = await createModel({
    transport,
    model: "double",
    clock,
    random: () => 0,
    hedging: true,
    observe: (event) => void events.push(event),
    ...options,
  });
  const hedged: Hedged = {
    clock,
    model,
    events,
    asked,
    refused: new Set(),
    gate: async () => undefined,
  };
  for (let request = 0; request < requests; request += 1) await model.predict({ x: 1 });
  asked.length = 0;
  events.length = 0;
  return hedged;
}
