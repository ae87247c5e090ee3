import { readFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { writeModel } from "../training/onnx-writer.ts";
import { sumGraph } from "../training/sum-graph.ts";

const addOne = writeModel({
  name: "g",
  nodes: [{ op: "Add", inputs: ["x", "one"], outputs: ["y"] }],
  constants: [{ name: "one", shape: [], data: Float32Array.of(1) }],
  inputs: [{ name: "x", type: "FLOAT", shape: ["n", 2] }],
  outputs: [{ name: "y", type: "FLOAT", shape: ["n", 2] }],
});

describe("writeModel", () => {
  it("writes these very bytes", () => {
    const fields = [
      "0809", // IR version 9
      "1206 6e6572656964", // producer "nereid"
      "3a52", // graph
      "0a10 0a0178 0a036f6e65 120179 2203416464", // node: x, one, y, "Add"
      "120167", // name "g"
      "2a0f 0a00 1001 42036f6e65 4a040000803f", // constant: no dimensions, FLOAT, "one", 1.0
      "5a14 0a0178 120f 0a0d 0801 1209 0a03 12016e 0a02 0802", // input x: FLOAT ["n", 2]
      "6214 0a0179 120f 0a0d 0801 1209 0a03 12016e 0a02 0802", // output y
      "4204 0a00 1011", // standard operators 17
      "420e 0a0a61692e6f6e6e782e6d6c 1003", // ai.onnx.ml 3
    ];
    expect(Buffer.from(addOne).toString("hex")).toBe(fields.join("").replaceAll(" ", ""));
  });

  it("wrote the sum that nereid serve has", () => {
    const file = readFileSync(new URL("../model/sum.onnx", import.meta.url));
    expect(Buffer.from(writeModel(sumGraph)).equals(file)).toBe(true);
  });

  it("writes a model that ONNX Runtime loads and computes", async () => {
    const session = await InferenceSession.create(addOne);
    const { y } = await session.run({ x: new Tensor("float32", Float32Array.of(1, 2), [1, 2]) });
    expect([...(y?.data ?? [])]).toEqual([2, 3]);
    await session.release();
  });
});
