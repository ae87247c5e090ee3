/** Just enough protobuf for models of a few nodes; everything is below 128 but lengths. */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
const integer = (field: number, value: number): number[] => [
  ...varint(field * 8),
  ...varint(value),
];
const block = (field: number, content: string | readonly number[]): number[] => {
  const bytes = typeof content === "string" ? [...Buffer.from(content)] : content;
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
};

/** ONNX's numbers of element types. */
export const elementTypes = {
  FP32: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  BYTES: 8,
  BOOL: 9,
  FP16: 10,
  FP64: 11,
  UINT32: 12,
  UINT64: 13,
} as const;

interface Value {
  readonly name: string;
  readonly type: keyof typeof elementTypes;
  /** Names are variable sizes. */
  readonly shape: readonly (number | string)[];
}

interface TinyModel {
  /** Tensors of the model itself, encoded. */
  readonly initializers?: readonly (readonly number[])[];
  readonly nodes: readonly { op: string; inputs: string[]; outputs: string[] }[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

function value(field: number, { name, type, shape }: Value): number[] {
  const sizes = shape.flatMap((size) =>
    block(1, typeof size === "number" ? integer(1, size) : block(2, size)),
  );
  const tensor = [...integer(1, elementTypes[type]), ...block(2, sizes)];
  return block(field, [...block(1, name), ...block(2, block(1, tensor))]);
}

export function tinyModel({ nodes, inputs, outputs, initializers = [] }: TinyModel): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) =>
      block(1, [
        ...node.inputs.flatMap((name) => block(1, name)),
        ...node.outputs.flatMap((name) => block(2, name)),
        ...block(4, node.op),
      ]),
    ),
    ...block(2, "g"),
    ...initializers.flatMap((tensor) => block(5, tensor)),
    ...inputs.flatMap((input) => value(11, input)),
    ...outputs.flatMap((output) => value(12, output)),
  ];
  const opset = [...block(1, ""), ...integer(2, 17)];
  return Uint8Array.from([...integer(1, 9), ...block(7, graph), ...block(8, opset)]);
}

/** Answers X as Y. */
export function identityModel(type: keyof typeof elementTypes): Uint8Array {
  return tinyModel({
    nodes: [{ op: "Identity", inputs: ["X"], outputs: ["Y"] }],
    inputs: [{ name: "X", type, shape: ["n"] }],
    outputs: [{ name: "Y", type, shape: ["n"] }],
  });
}

/** Multiplies square matrices, again and again: a run that takes its time. */
export function heavyModel(times: number): Uint8Array {
  const names = ["X", ...Array.from({ length: times }, (_, index) => `m${index}`)];
  return tinyModel({
    nodes: names
      .slice(1)
      .map((name, index) => ({ op: "MatMul", inputs: [names[index] ?? "", "X"], outputs: [name] })),
    inputs: [{ name: "X", type: "FP32", shape: [400, 400] }],
    outputs: [{ name: names.at(-1) ?? "", type: "FP32", shape: [400, 400] }],
  });
}

/** Adds to X two numbers that stand in another file. */
export function externalModel(location: string): Uint8Array {
  const tensor = [
    ...integer(1, 2),
    ...integer(2, elementTypes.FP32),
    ...block(8, "W"),
    ...block(13, [...block(1, "location"), ...block(2, location)]),
    ...integer(14, 1),
  ];
  return tinyModel({
    nodes: [{ op: "Add", inputs: ["X", "W"], outputs: ["Y"] }],
    initializers: [tensor],
    inputs: [{ name: "X", type: "FP32", shape: [2] }],
    outputs: [{ name: "Y", type: "FP32", shape: [2] }],
  });
}
