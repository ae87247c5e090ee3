import { languages, type Language } from "../src/demo/languages.ts";

/** What a model said of a file, and what its name promised. */
export interface Answer {
  readonly language: Language;
  readonly answered: string;
}

/** The share of right answers. */
export function accuracy(answers: readonly Answer[]): number {
  const right = answers.filter(({ language, answered }) => language === answered).length;
  return right / answers.length;
}

/** Languages down, answers across, as a table in Markdown. */
export function confusionTable(answers: readonly Answer[]): string {
  const head = `| language | files | right | ${languages.join(" | ")} |`;
  const rule = `| --- | ---: | ---: |${" ---: |".repeat(languages.length)}`;
  const rows = languages.map((language) => {
    const own = answers.filter((answer) => answer.language === language);
    const counts = languages.map(
      (other) => own.filter(({ answered }) => answered === other).length,
    );
    const share = own.length === 0 ? "–" : `${(100 * accuracy(own)).toFixed(1)} %`;
    return `| ${language} | ${own.length} | ${share} | ${counts.join(" | ")} |`;
  });
  return [head, rule, ...rows].join("\n");
}
