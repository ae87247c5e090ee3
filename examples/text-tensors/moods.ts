import { fileURLToPath } from "node:url";
import { createModel, string, type RecordSource } from "@nereid/core";
import { createOnnxRunner } from "@nereid/runner-onnx";

const path = fileURLToPath(new URL("moods.onnx", import.meta.url));

/** A mood for each word. Text travels as BYTES tensors, in UTF-8. */
export async function* moodsOf(
  words: RecordSource<{ readonly word: string }>,
): AsyncGenerator<{ readonly word: string; readonly mood: string }> {
  await using model = await createModel({
    transport: await createOnnxRunner({ models: { moods: { path } } }),
    model: "moods",
    inputs: { word: string() },
    outputs: { mood: string() },
    batchSize: 16,
    onError: "skip",
  });
  yield* model.predictAll(words, { join: true });
}
