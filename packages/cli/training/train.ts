import { readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { languages } from "../src/demo/languages.ts";
import { classifierGraph } from "./classifier-graph.ts";
import { findPackages, isHeldOut, readExamples, type Example } from "./corpus.ts";
import { accuracy, confusionTable, type Answer } from "./evaluate.ts";
import { installCorpus } from "./install-corpus.ts";
import { countNgrams, selectNgrams, type Ngram } from "./ngrams.ts";
import { writeModel } from "./onnx-writer.ts";
import { answerAll } from "./run-model.ts";
import { learn, type LabelledFeatures } from "./softmax-regression.ts";

const poolSize = 4600;
const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Mulberry32: the same numbers on every machine. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The packages of this workspace are what the demo shows, so training must not see them. */
function workspacePackages(): ReadonlySet<string> {
  const dirs = readdirSync(path("../../../node_modules/.pnpm"));
  // A folder is called `scope+name@version` there.
  return new Set(dirs.map((dir) => dir.replace(/(?<=.)@.*$/, "").replace("+", "/")));
}

function toFeatures(
  { language, sample }: Example,
  columns: ReadonlyMap<Ngram, number>,
  weights: ReadonlyMap<string, number>,
): LabelledFeatures {
  const entries = [...countNgrams(sample)].flatMap(([ngram, count]) => {
    const column = columns.get(ngram);
    return column === undefined ? [] : [{ column, value: Math.log(count + 1) }];
  });
  return {
    indices: Uint16Array.from(entries, ({ column }) => column),
    values: Float32Array.from(entries, ({ value }) => value),
    label: languages.indexOf(language),
    weight: weights.get(language) ?? 1,
  };
}

/** Rare languages count more, but not so much that a handful of files rules. */
function languageWeights(examples: readonly Example[]): ReadonlyMap<string, number> {
  return new Map(
    languages.map((language) => {
      const files = examples.filter((example) => example.language === language).length;
      return [language, Math.sqrt(examples.length / languages.length / Math.max(1, files))];
    }),
  );
}

function report(
  trained: readonly Example[],
  heldOut: readonly Example[],
  answers: readonly Answer[],
  bytes: number,
): string {
  const packages = (examples: readonly Example[]): number =>
    new Set(examples.map(({ from }) => from)).size;
  return `# How good the classifier is

Written by \`training/train.ts\`, which learns from the packages of \`training/corpus.json\` and what they
depend on. A package is held out of training by the digest of its name, about one in four; no file's
content stands on both sides, and no package of this workspace is in either. The label of a file is what
its extension promises, which the model never sees.

| what | value |
| --- | ---: |
| trained on | ${trained.length} files of ${packages(trained)} packages |
| held out | ${heldOut.length} files of ${packages(heldOut)} packages |
| accuracy on held-out files | **${(100 * accuracy(answers)).toFixed(2)} %** |
| model file | ${bytes} bytes |

Languages down, answers across, held-out files:

${confusionTable(answers)}

To train and measure again, from the repository's root with dependencies installed:
\`node --conditions=@nereid/source packages/cli/training/train.ts\`.
`;
}

const workspace = workspacePackages();
const seen = new Set<string>();
const trained: Example[] = [];
const heldOut: Example[] = [];
for (const [name, dir] of [...findPackages(installCorpus())].sort(([left], [right]) =>
  left < right ? -1 : 1,
)) {
  if (workspace.has(name)) continue;
  (isHeldOut(name) ? heldOut : trained).push(...readExamples(name, dir, seen));
}
say(`${trained.length} files to learn from, ${heldOut.length} held out`);

const random = createRandom(7);
const ngrams = selectNgrams(trained, poolSize);
say(`${ngrams.length} n-grams`);
const columns = new Map(ngrams.map((ngram, column) => [ngram, column]));
const weights = languageWeights(trained);
const model = learn(
  trained.map((example) => toFeatures(example, columns, weights)),
  {
    features: ngrams.length,
    labels: languages.length,
    epochs: 16,
    rate: 0.03,
    decay: 1e-6,
    random,
  },
);
const file = writeModel(classifierGraph(ngrams, model));
writeFileSync(path("../model/classifier.onnx"), file);
const answers = await answerAll(file, heldOut);
writeFileSync(path("../model/EVALUATION.md"), report(trained, heldOut, answers, file.byteLength));
say(`${(100 * accuracy(answers)).toFixed(2)} % right, ${file.byteLength} bytes`);
say(confusionTable(answers));
