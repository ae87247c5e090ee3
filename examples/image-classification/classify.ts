import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { array, createModel, float32, string } from "@nereid/core";
import { createOnnxRunner } from "@nereid/runner-onnx";
import { PNG } from "pngjs";

const side = 16;
const path = fileURLToPath(new URL("colours.onnx", import.meta.url));

/** Tells for each PNG file of a folder which colour it has most of. */
export async function* classifyImages(
  folder: string,
): AsyncGenerator<{ readonly file: string; readonly colour: string; readonly confidence: number }> {
  await using model = await createModel({
    transport: await createOnnxRunner({ models: { colours: { path } } }),
    model: "colours",
    inputs: { image: array(array(array(float32()))) },
    outputs: { colour: string(), confidence: float32() },
    batchSize: 16,
  });
  const rows = model.predictAll(readImages(folder), { join: true });
  for await (const { file, colour, confidence } of rows) yield { file, colour, confidence };
}

async function* readImages(
  folder: string,
): AsyncGenerator<{ readonly file: string; readonly image: Float32Array[][] }> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".png")).sort();
  for (const file of files) {
    const picture = await decode(join(folder, file));
    yield { file: basename(file), image: toPlanes(picture) };
  }
}

function decode(file: string): Promise<PNG> {
  return new Promise((resolve, reject) => {
    const png = new PNG();
    png.once("parsed", () => resolve(png));
    png.once("error", reject);
    createReadStream(file).once("error", reject).pipe(png);
  });
}

/** Three planes of 16 rows of 16 values from 0 to 1, each the nearest pixel's. */
function toPlanes({ width, height, data }: PNG): Float32Array[][] {
  return [0, 1, 2].map((channel) =>
    Array.from({ length: side }, (_, y) =>
      Float32Array.from({ length: side }, (_unused, x) => {
        const column = Math.floor((x * width) / side);
        const row = Math.floor((y * height) / side);
        return (data[(row * width + column) * 4 + channel] ?? 0) / 255;
      }),
    ),
  );
}
