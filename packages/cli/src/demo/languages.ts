/** The languages that the classifier tells apart. */
export const languages = [
  "c",
  "css",
  "html",
  "javascript",
  "json",
  "markdown",
  "python",
  "typescript",
  "yaml",
] as const;

/** One of them. */
export type Language = (typeof languages)[number];

/** Which language a file's name promises. It is compared with the answer, and never given to the model. */
const languageOf: ReadonlyMap<string, Language> = new Map([
  ["c", "c"],
  ["cc", "c"],
  ["cpp", "c"],
  ["cxx", "c"],
  ["h", "c"],
  ["hh", "c"],
  ["hpp", "c"],
  ["css", "css"],
  ["scss", "css"],
  ["less", "css"],
  ["html", "html"],
  ["htm", "html"],
  ["js", "javascript"],
  ["cjs", "javascript"],
  ["mjs", "javascript"],
  ["json", "json"],
  ["map", "json"],
  ["md", "markdown"],
  ["markdown", "markdown"],
  ["py", "python"],
  ["ts", "typescript"],
  ["cts", "typescript"],
  ["mts", "typescript"],
  ["yml", "yaml"],
  ["yaml", "yaml"],
]);

/** The language that a file's extension promises; undefined where it promises none of ours. */
export function languageOfName(name: string): Language | undefined {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return languageOf.get(extension);
}
