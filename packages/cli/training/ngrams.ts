import type { Example } from "./corpus.ts";
import { languages } from "../src/demo/languages.ts";

/** One to three bytes in a row, as a number: length and bytes. */
export type Ngram = number;

const maxLength = 3;

/** Every n-gram of a sample, with how often it stands there. Zeros are padding and end one. */
export function countNgrams(sample: Int32Array): ReadonlyMap<Ngram, number> {
  const counts = new Map<Ngram, number>();
  for (let start = 0; start < sample.length; start += 1) {
    let ngram = 0;
    for (let length = 1; length <= maxLength; length += 1) {
      const byte = sample[start + length - 1];
      if (byte === undefined || byte === 0) break;
      ngram = ngram * 256 + byte;
      const key = ngram * 4 + length;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

/** The bytes of an n-gram. */
export function bytesOf(ngram: Ngram): readonly number[] {
  const length = ngram % 4;
  const value = Math.floor(ngram / 4);
  return Array.from(
    { length },
    (_, index) => Math.floor(value / 256 ** (length - 1 - index)) % 256,
  );
}

/**
 * The n-grams that tell most about the language: those whose presence shares the most information
 * with it, in a sample of the examples.
 */
export function selectNgrams(examples: readonly Example[], size: number): readonly Ngram[] {
  const present = new Map<Ngram, Uint32Array>();
  const totals = new Uint32Array(languages.length);
  for (const { language, sample } of examples) {
    const column = languages.indexOf(language);
    totals[column] = (totals[column] ?? 0) + 1;
    for (const ngram of countNgrams(sample).keys()) {
      const row = present.get(ngram) ?? new Uint32Array(languages.length);
      row[column] = (row[column] ?? 0) + 1;
      present.set(ngram, row);
    }
  }
  const rare = examples.length / 400;
  return [...present]
    .filter(([, row]) => row.reduce((sum, count) => sum + count, 0) >= rare)
    .map(([ngram, row]) => ({ ngram, gain: information(row, totals) }))
    .sort((left, right) => right.gain - left.gain || left.ngram - right.ngram)
    .slice(0, size)
    .map(({ ngram }) => ngram)
    .sort((left, right) => (left % 4) - (right % 4) || left - right);
}

/** Mutual information of presence and language, each language weighing the same. */
function information(row: Uint32Array, totals: Uint32Array): number {
  const shares = Array.from(totals, (total, column) =>
    total === 0 ? 0 : (row[column] ?? 0) / total,
  );
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return entropy(mean) - shares.reduce((sum, share) => sum + entropy(share), 0) / shares.length;
}

function entropy(share: number): number {
  if (share <= 0 || share >= 1) return 0;
  return -share * Math.log2(share) - (1 - share) * Math.log2(1 - share);
}
