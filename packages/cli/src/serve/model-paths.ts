import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../command/usage-error.ts";

/** The classifier that comes with this package. */
export const bundledModel = "language";

/** Where it is. */
export const bundledModelPath: string = fileURLToPath(
  new URL("../../model/classifier.onnx", import.meta.url),
);

/** A model whose answers anybody can check: the sum and the difference of two numbers. */
const sumPath: string = fileURLToPath(new URL("../../model/sum.onnx", import.meta.url));

/**
 * The files of models by name. A file's name without its extension is the model's, unless it is given as
 * `name=file.onnx`.
 *
 * @returns the bundled models where no file is named
 * @throws UsageError
 */
export function readModelPaths(files: readonly string[]): Readonly<Record<string, string>> {
  if (files.length === 0) return { [bundledModel]: bundledModelPath, sum: sumPath };
  const paths: Record<string, string> = {};
  for (const text of files) {
    const named = /^(?<name>[^=/\\]+)=(?<path>.+)$/.exec(text)?.groups;
    const path = named?.["path"] ?? text;
    const name = named?.["name"] ?? basename(path, extname(path));
    if (Object.hasOwn(paths, name)) {
      throw new UsageError(`MODEL: expected each name once, found "${name}" twice; use name=FILE`);
    }
    paths[name] = path;
  }
  return paths;
}
