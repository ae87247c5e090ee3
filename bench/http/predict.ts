import { array, createModel, float32 } from "@nereid/core";
import { createHttpTransport } from "@nereid/transport-http";
import type { Variant } from "../measure/slice.ts";
import { modelOf, type Workload } from "../workloads.ts";

/** A model's `predict`, one record in each request: what the model adds to its transport. */
export async function predictOverHttp(url: string, workload: Workload): Promise<Variant> {
  const connections = Math.min(workload.inFlight, 64);
  const model = await createModel({
    transport: createHttpTransport({
      endpoint: url,
      binaryData: true,
      connectionPoolMaxTotal: connections,
      connectionPoolMaxIdle: connections,
    }),
    model: modelOf(workload),
    inputs: { IN: array(float32()) },
    outputs: { OUT: array(float32()) },
    batchSize: 1,
    maxInFlight: connections,
  });
  const IN = new Float32Array(workload.floats);
  return {
    name: `predict over HTTP, ${workload.name}`,
    run: () => model.predict({ IN }),
    close: () => model.close(),
  };
}
