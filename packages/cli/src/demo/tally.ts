import { languages, type Language } from "./languages.ts";

/** What came out for one answer of the model. */
export interface LanguageTally {
  files: number;
  confidence: number;
  /** Files whose extension promises the same. */
  right: number;
}

/** Counts of a run, by the language that the model answered. */
export interface Tally {
  readonly byLanguage: ReadonlyMap<string, LanguageTally>;
  readonly files: number;
  readonly right: number;
  readonly failed: number;
  add(promised: Language, answered: string, confidence: number): void;
  addFailure(): void;
}

/** Makes an empty tally. */
export function createTally(): Tally {
  const byLanguage = new Map<string, LanguageTally>(
    languages.map((language) => [language, { files: 0, confidence: 0, right: 0 }]),
  );
  let files = 0;
  let right = 0;
  let failed = 0;
  return {
    byLanguage,
    get files() {
      return files;
    },
    get right() {
      return right;
    },
    get failed() {
      return failed;
    },
    add(promised, answered, confidence) {
      const row = byLanguage.get(answered) ?? { files: 0, confidence: 0, right: 0 };
      row.files += 1;
      row.confidence += confidence;
      row.right += promised === answered ? 1 : 0;
      byLanguage.set(answered, row);
      files += 1;
      right += promised === answered ? 1 : 0;
    },
    addFailure() {
      failed += 1;
    },
  };
}
