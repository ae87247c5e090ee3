// Stands in for ONNX Runtime: a run of NaN ends the thread, any other answers its input.

export class Tensor {
  readonly type: string;
  readonly data: Float32Array;
  readonly dims: readonly number[];
  constructor(type: string, data: Float32Array, dims: readonly number[]) {
    this.type = type;
    this.data = data;
    this.dims = dims;
  }
}

const value = (name: string) => ({ name, isTensor: true, type: "float32", shape: ["n"] });

export const InferenceSession = {
  create: async () => ({
    inputMetadata: [value("X")],
    outputMetadata: [value("Y")],
    run: async ({ X }: { readonly X: Tensor }) => {
      if (Number.isNaN(X.data[0])) process.exit(7);
      return { Y: X };
    },
  }),
};
