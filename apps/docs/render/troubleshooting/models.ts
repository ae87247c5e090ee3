import {
  createModel,
  float32,
  type CreateModelOptions,
  type Field,
  type Model,
  type Transport,
} from "@nereid/core";
import {
  createMemoryTransport,
  createStandardModels,
  startV2Server,
  type Fault,
} from "@nereid/testing";
import { createHttpTransport } from "@nereid/transport-http";

type Doubling = Model<{ readonly IN: number }, { readonly OUT: number }>;
type Numbers = Field<number, number>;
type Options = Partial<CreateModelOptions<{ IN: Numbers }, { OUT: Numbers }>>;

/** The model `poison` of the test kit, which doubles, over any transport. */
export function doubling(transport: Transport, options: Options = {}): Promise<Doubling> {
  return createModel({
    transport,
    model: "poison",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    maxRetries: 0,
    ...options,
  });
}

/** The test kit's models without a socket. */
export const inMemory = (): ReturnType<typeof createMemoryTransport> =>
  createMemoryTransport({ models: createStandardModels() });

/** Asks for one row over HTTP while something goes wrong once. */
export async function withFault(fault: Fault): Promise<unknown> {
  await using server = await startV2Server({ models: createStandardModels() });
  await using model = await doubling(createHttpTransport({ endpoint: server.url }));
  server.failNext(fault);
  return await model.predict({ IN: 1 });
}
