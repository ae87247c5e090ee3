import { writeFileSync } from "node:fs";
import { writeModel } from "./onnx-writer.ts";
import { sumGraph } from "./sum-graph.ts";

writeFileSync(new URL("../model/sum.onnx", import.meta.url), writeModel(sumGraph));
