import type { ModelMetadata, ModelRef, TensorMetadata } from "@nereid/core";
import { isBatched, recordRank, recordShape } from "../server/record-shape.ts";
import { builders, fieldSource } from "./field-source.ts";
import { constantName, keySource, textSource, upperFirst } from "./source-names.ts";

/** A model as it was asked for, and what its server says. */
export interface DescribedModel {
  readonly ref: ModelRef;
  readonly metadata: ModelMetadata;
}

const header = `// Written by "nereid types"; "nereid types --check" tells when a model has changed.\n`;
const lineWidth = 80;

/** A module that declares models, as a formatter would leave it. */
export function modelsSource(models: readonly DescribedModel[]): string {
  const taken = new Set<string>([...Object.values(builders), "array"]);
  const declarations = models.map((model) => {
    const name = constantName(model.ref.name, taken);
    taken.add(name);
    return modelSource(name, model);
  });
  return `${header}${importSource(models)}\n${declarations.join("\n")}`;
}

function importSource(models: readonly DescribedModel[]): string {
  const names = new Set<string>();
  for (const { metadata } of models) {
    const batched = isBatched(metadata);
    for (const tensor of [...required(metadata), ...metadata.outputs]) {
      names.add(builders[tensor.datatype]);
      if (recordRank(recordShape(tensor, batched)) > 0) names.add("array");
    }
  }
  const sorted = [...[...names].sort(), "type RecordOf", "type RowOf"];
  const line = `import { ${sorted.join(", ")} } from "@nereid/core";`;
  if (line.length <= lineWidth) return `${line}\n`;
  return `import {\n${sorted.map((name) => `  ${name},\n`).join("")}} from "@nereid/core";\n`;
}

function modelSource(name: string, { ref, metadata }: DescribedModel): string {
  const batched = isBatched(metadata);
  const fields = (tensors: readonly TensorMetadata[]): string =>
    tensors.map((tensor) => fieldSource(tensor, batched)).join("");
  const type = upperFirst(name);
  return [
    ...docSource(metadata),
    `export const ${name} = {`,
    `  model: ${refSource(ref)},`,
    // A server that does not tell leaves it to be guessed, and a guess may change.
    ...(metadata.maxBatchRows === undefined ? [`  batchDimension: ${String(batched)},`] : []),
    `  inputs: {\n${fields(required(metadata))}  },`,
    `  outputs: {\n${fields(metadata.outputs)}  },`,
    "};",
    "",
    `export type ${type}Record = RecordOf<typeof ${name}.inputs>;`,
    `export type ${type}Row = RowOf<typeof ${name}.outputs>;`,
    "",
  ].join("\n");
}

function docSource(metadata: ModelMetadata): readonly string[] {
  const { maxBatchRows, sequence, decoupled = false } = metadata;
  const optional = metadata.inputs.filter((input) => input.optional === true);
  const facts = [
    ...(maxBatchRows === undefined ? [] : [batchFact(maxBatchRows)]),
    ...(sequence === undefined ? [] : ["Stateful: its requests belong to sequences."]),
    ...(decoupled ? ["Decoupled: a request may have any number of answers."] : []),
    ...optional.map(({ name }) => `Optional, and left out here: ${keySource(name)}.`),
  ].map((fact) => fact.replaceAll("*/", "* /"));
  if (facts.length === 0) return [];
  if (facts.length === 1) return [`/** ${facts.join("")} */`];
  return ["/**", ...facts.map((fact) => ` * ${fact}`), " */"];
}

function batchFact(maxBatchRows: number): string {
  if (maxBatchRows === 0) return "One row in a request.";
  return `At most ${maxBatchRows} ${maxBatchRows === 1 ? "row" : "rows"} in a request.`;
}

function refSource({ name, version }: ModelRef): string {
  if (version === undefined) return textSource(name);
  return `{ name: ${textSource(name)}, version: ${textSource(version)} }`;
}

function required({ inputs }: ModelMetadata): readonly TensorMetadata[] {
  return inputs.filter(({ optional = false }) => !optional);
}
