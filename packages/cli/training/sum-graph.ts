import type { Graph } from "./onnx-writer.ts";

/** The sum and the difference of two numbers: a model whose answers anybody can check. */
export const sumGraph: Graph = {
  name: "sum",
  inputs: [
    { name: "a", type: "FLOAT", shape: ["batch", 1] },
    { name: "b", type: "FLOAT", shape: ["batch", 1] },
  ],
  outputs: [
    { name: "sum", type: "FLOAT", shape: ["batch", 1] },
    { name: "difference", type: "FLOAT", shape: ["batch", 1] },
  ],
  constants: [],
  nodes: [
    { op: "Add", inputs: ["a", "b"], outputs: ["sum"] },
    { op: "Sub", inputs: ["a", "b"], outputs: ["difference"] },
  ],
};
