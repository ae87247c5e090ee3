import { InferenceSession, Tensor } from "onnxruntime-node";
import { sampleBytes } from "../src/demo/prepare-text.ts";
import type { Answer } from "./evaluate.ts";
import type { Example } from "./corpus.ts";

const batchRows = 64;

/** Asks a model file for every example, as the demo asks it. */
export async function answerAll(
  file: Uint8Array,
  examples: readonly Example[],
): Promise<readonly Answer[]> {
  const session = await InferenceSession.create(file);
  const answers: Answer[] = [];
  for (let start = 0; start < examples.length; start += batchRows) {
    const batch = examples.slice(start, start + batchRows);
    const bytes = new Int32Array(batch.length * sampleBytes);
    batch.forEach(({ sample }, row) => bytes.set(sample, row * sampleBytes));
    const { language } = await session.run({
      bytes: new Tensor("int32", bytes, [batch.length, sampleBytes]),
    });
    batch.forEach((example, row) =>
      answers.push({ language: example.language, answered: String(language?.data[row]) }),
    );
  }
  await session.release();
  return answers;
}
