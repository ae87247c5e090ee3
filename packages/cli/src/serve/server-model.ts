import type { ModelMetadata, TensorMetadata, Transport } from "@nereid/core";
import { createUnderWay, type Tensor } from "@nereid/core/transport-kit";
import type { ModelAnswer, ModelRequest, ServerModel } from "@nereid/testing";

/** A model that a server answers with, and a way to wait for its last answer. */
export interface ServedModel {
  readonly model: ServerModel;
  /** Resolves when nothing is under way. */
  drained(): Promise<void>;
}

/**
 * Puts a model of a transport behind a server. Where every tensor begins with a variable dimension, it
 * counts rows.
 *
 * @param maxRows - rows in one request at most, for a model that counts them
 */
export function serveModel(
  transport: Transport,
  metadata: ModelMetadata,
  maxRows: number,
): ServedModel {
  const tensors = [...metadata.inputs, ...metadata.outputs];
  const batched = tensors.every(({ shape }) => shape[0] === -1);
  const own = (tensor: TensorMetadata): TensorMetadata =>
    batched ? { ...tensor, shape: tensor.shape.slice(1) } : tensor;
  const underWay = createUnderWay();
  return {
    drained: () => underWay.drained(),
    model: {
      name: metadata.name,
      maxBatchRows: batched ? maxRows : 0,
      inputs: metadata.inputs.map(own),
      outputs: metadata.outputs.map(own),
      execute: (requests) =>
        Promise.all(requests.map((request) => underWay.track(() => answer(request)))),
    },
  };

  async function answer({ inputs, signal }: ModelRequest): Promise<ModelAnswer> {
    const request = { model: { name: metadata.name }, inputs: inputsOf(inputs) };
    try {
      const { outputs } = await transport.infer(request, { signal, headers: {}, attempt: 1 });
      return outputs;
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }
}

function inputsOf(inputs: ReadonlyMap<string, Tensor>): readonly Tensor[] {
  return [...inputs.values()];
}
