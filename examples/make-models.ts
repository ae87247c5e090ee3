import { mkdirSync, writeFileSync } from "node:fs";
import { PNG } from "pngjs";
import { writeModel, type Graph } from "../packages/cli/training/onnx-writer.ts";

const here = (path: string): URL => new URL(path, import.meta.url);

/** Which of three colours an image has most of: averages, weighed, and the largest of them. */
const colours: Graph = {
  name: "colours",
  inputs: [{ name: "image", type: "FLOAT", shape: ["batch", 3, 16, 16] }],
  outputs: [
    { name: "colour", type: "STRING", shape: ["batch"] },
    { name: "confidence", type: "FLOAT", shape: ["batch"] },
  ],
  constants: [
    { name: "weights", shape: [3, 3], data: Float32Array.of(8, -4, -4, -4, 8, -4, -4, -4, 8) },
    { name: "bias", shape: [3], data: new Float32Array(3) },
  ],
  nodes: [
    { op: "GlobalAveragePool", inputs: ["image"], outputs: ["averages"] },
    { op: "Flatten", inputs: ["averages"], outputs: ["flat"], attributes: { axis: 1 } },
    { op: "Gemm", inputs: ["flat", "weights", "bias"], outputs: ["scores"] },
    { op: "Softmax", inputs: ["scores"], outputs: ["shares"] },
    {
      op: "ReduceMax",
      inputs: ["shares"],
      outputs: ["confidence"],
      attributes: { axes: [1], keepdims: 0 },
    },
    {
      op: "ArgMax",
      inputs: ["shares"],
      outputs: ["column"],
      attributes: { axis: 1, keepdims: 0 },
    },
    {
      op: "LabelEncoder",
      domain: "ai.onnx.ml",
      inputs: ["column"],
      outputs: ["colour"],
      attributes: { keys_int64s: [0, 1, 2], values_strings: ["red", "green", "blue"] },
    },
  ],
};

/** What a word says of the mood of who wrote it. */
const moods: Graph = {
  name: "moods",
  inputs: [{ name: "word", type: "STRING", shape: ["batch"] }],
  outputs: [{ name: "mood", type: "STRING", shape: ["batch"] }],
  constants: [],
  nodes: [
    {
      op: "LabelEncoder",
      domain: "ai.onnx.ml",
      inputs: ["word"],
      outputs: ["mood"],
      attributes: {
        keys_strings: ["good", "great", "schön", "bad", "schlecht", "うれしい"],
        values_strings: ["glad", "glad", "glad", "sad", "sad", "glad"],
        default_string: "unmoved",
      },
    },
  ],
};

writeFileSync(here("image-classification/colours.onnx"), writeModel(colours));
writeFileSync(here("text-tensors/moods.onnx"), writeModel(moods));

/** Pictures of different sizes, with a little of the other colours in each. */
const pictures: Readonly<Record<string, readonly [number, number, number, number]>> = {
  poppy: [48, 220, 40, 30],
  meadow: [32, 60, 190, 40],
  sea: [20, 20, 80, 210],
};
mkdirSync(here("image-classification/images"), { recursive: true });
for (const [name, [size, ...colour]] of Object.entries(pictures)) {
  const picture = new PNG({ width: size, height: size });
  for (let pixel = 0; pixel < size * size; pixel += 1) {
    const shade = 0.6 + 0.4 * ((pixel % size) / size);
    picture.data.set([...colour.map((value) => value * shade), 255], pixel * 4);
  }
  writeFileSync(here(`image-classification/images/${name}.png`), PNG.sync.write(picture));
}
