import { block, integer, join, packed } from "./protobuf.ts";

/** Element types of ONNX tensors. @see ONNX, `TensorProto.DataType` */
export const elementTypes = { FLOAT: 1, INT32: 6, INT64: 7, STRING: 8 } as const;

/** The name of an element type. */
export type ElementType = keyof typeof elementTypes;

/** A dimension: a size, or the name of a variable one. */
export type Dimension = number | string;

/** An attribute of a node; integers are whole numbers from 0 on. */
export type Attribute = number | string | readonly number[] | readonly string[];

/** A step of a graph. */
export interface Node {
  readonly op: string;
  /** Operator set: the standard one, or `ai.onnx.ml`. Default: the standard one. */
  readonly domain?: "ai.onnx.ml";
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** An input or output of a graph. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** A constant of a graph, FP32. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A model of one graph. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly constants: readonly Constant[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/**
 * Writes a model in the ONNX file format: protobuf, IR version 9, operator sets 17 and `ai.onnx.ml` 3.
 *
 * @see ONNX, `onnx.proto`, for the field numbers
 */
export function writeModel(graph: Graph): Uint8Array {
  return join([
    integer(1, 9),
    block(2, "nereid"),
    block(7, writeGraph(graph)),
    block(8, join([block(1, ""), integer(2, 17)])),
    block(8, join([block(1, "ai.onnx.ml"), integer(2, 3)])),
  ]);
}

function writeGraph({ name, nodes, constants, inputs, outputs }: Graph): Uint8Array {
  return join([
    ...nodes.map((node) => block(1, writeNode(node))),
    block(2, name),
    ...constants.map((constant) => block(5, writeConstant(constant))),
    ...inputs.map((value) => block(11, writeValue(value))),
    ...outputs.map((value) => block(12, writeValue(value))),
  ]);
}

function writeNode({ op, domain, inputs, outputs, attributes = {} }: Node): Uint8Array {
  return join([
    ...inputs.map((name) => block(1, name)),
    ...outputs.map((name) => block(2, name)),
    block(4, op),
    ...Object.entries(attributes).map(([name, value]) => block(5, writeAttribute(name, value))),
    ...(domain === undefined ? [] : [block(7, domain)]),
  ]);
}

/** Types of attributes. @see ONNX, `AttributeProto.AttributeType` */
const attributeTypes = { INT: 2, STRING: 3, INTS: 7, STRINGS: 8 } as const;

function writeAttribute(name: string, value: Attribute): Uint8Array {
  const typed = (type: keyof typeof attributeTypes, content: Uint8Array): Uint8Array =>
    join([block(1, name), content, integer(20, attributeTypes[type])]);
  if (typeof value === "number") return typed("INT", integer(3, value));
  if (typeof value === "string") return typed("STRING", block(4, value));
  if (value.every((item) => typeof item === "number")) return typed("INTS", packed(8, value));
  return typed("STRINGS", join(value.map((item) => block(9, item))));
}

function writeConstant({ name, shape, data }: Constant): Uint8Array {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return join([packed(1, shape), integer(2, elementTypes.FLOAT), block(8, name), block(9, raw)]);
}

function writeValue({ name, type, shape }: Value): Uint8Array {
  const dimensions = shape.map((size) =>
    block(1, typeof size === "number" ? integer(1, size) : block(2, size)),
  );
  const tensor = join([integer(1, elementTypes[type]), block(2, join(dimensions))]);
  return join([block(1, name), block(2, block(1, tensor))]);
}
