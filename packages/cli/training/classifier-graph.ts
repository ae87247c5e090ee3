import { languages } from "../src/demo/languages.ts";
import { sampleBytes } from "../src/demo/prepare-text.ts";
import { bytesOf, type Ngram } from "./ngrams.ts";
import type { Graph } from "./onnx-writer.ts";
import type { Linear } from "./softmax-regression.ts";

/**
 * The classifier as a graph: it counts n-grams of bytes, takes the logarithm, and weighs them.
 *
 * @param ngrams - sorted by length, as the operator's pool needs them
 */
export function classifierGraph(ngrams: readonly Ngram[], { weights, bias }: Linear): Graph {
  const pool = ngrams.map(bytesOf);
  const starts = [1, 2, 3].map((length) =>
    pool.filter((bytes) => bytes.length < length).reduce((sum, bytes) => sum + bytes.length, 0),
  );
  return {
    name: "language",
    inputs: [{ name: "bytes", type: "INT32", shape: ["batch", sampleBytes] }],
    outputs: [
      { name: "language", type: "STRING", shape: ["batch"] },
      { name: "confidence", type: "FLOAT", shape: ["batch"] },
    ],
    constants: [
      { name: "one", shape: [], data: Float32Array.of(1) },
      { name: "weights", shape: [ngrams.length, languages.length], data: weights },
      { name: "bias", shape: [languages.length], data: bias },
    ],
    nodes: [
      {
        op: "TfIdfVectorizer",
        inputs: ["bytes"],
        outputs: ["counts"],
        attributes: {
          mode: "TF",
          min_gram_length: 1,
          max_gram_length: 3,
          max_skip_count: 0,
          ngram_counts: starts,
          ngram_indexes: ngrams.map((_, index) => index),
          pool_int64s: pool.flat(),
        },
      },
      { op: "Add", inputs: ["counts", "one"], outputs: ["raised"] },
      { op: "Log", inputs: ["raised"], outputs: ["features"] },
      { op: "Gemm", inputs: ["features", "weights", "bias"], outputs: ["scores"] },
      { op: "Softmax", inputs: ["scores"], outputs: ["probabilities"] },
      {
        op: "ReduceMax",
        inputs: ["probabilities"],
        outputs: ["confidence"],
        attributes: { axes: [1], keepdims: 0 },
      },
      {
        op: "ArgMax",
        inputs: ["probabilities"],
        outputs: ["column"],
        attributes: { axis: 1, keepdims: 0 },
      },
      {
        op: "LabelEncoder",
        domain: "ai.onnx.ml",
        inputs: ["column"],
        outputs: ["language"],
        attributes: {
          keys_int64s: languages.map((_, index) => index),
          values_strings: languages,
        },
      },
    ],
  };
}
