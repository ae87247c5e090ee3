import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { languageOfName, type Language } from "../src/demo/languages.ts";
import { leastBytes, prepareText } from "../src/demo/prepare-text.ts";

/** A file of a package, as the model sees it, and the language that its name promises. */
export interface Example {
  readonly language: Language;
  /** The package's name, without its version. */
  readonly from: string;
  readonly sample: Int32Array;
}

/** Files of one language that one package may give, so that none rules the rest. */
const maxForPackage = 100;
const maxBytes = 2 * 1024 * 1024;

/** Every package below `node_modules` folders: name to folder; the first of a name wins. */
export function findPackages(root: string): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  const visit = (dir: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (!entry.isDirectory() || entry.name === ".bin") continue;
      const path = join(dir, entry.name);
      if (entry.name.startsWith("@")) {
        for (const scoped of readdirSync(path)) add(`${entry.name}/${scoped}`, join(path, scoped));
      } else if (!entry.name.startsWith(".")) add(entry.name, path);
    }
  };
  const add = (name: string, path: string): void => {
    if (!packages.has(name)) packages.set(name, path);
    const nested = join(path, "node_modules");
    if (statSync(nested, { throwIfNoEntry: false })?.isDirectory() === true) visit(nested);
  };
  visit(root);
  return packages;
}

/** The labelled files of a package, no content twice. `seen` holds the digests of earlier ones. */
export function readExamples(name: string, dir: string, seen: Set<string>): readonly Example[] {
  const left = new Map<Language, number>();
  const examples: Example[] = [];
  for (const file of listFiles(dir)) {
    const language = languageOfName(basename(file));
    if (language === undefined || (left.get(language) ?? maxForPackage) === 0) continue;
    const content = readFileSync(file);
    const digest = createHash("sha256").update(content).digest("base64");
    if (seen.has(digest)) continue;
    seen.add(digest);
    left.set(language, (left.get(language) ?? maxForPackage) - 1);
    examples.push({ language, from: name, sample: prepareText(content) });
  }
  return examples;
}

function listFiles(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && !entry.parentPath.slice(dir.length).includes("node_modules"),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const { size } = statSync(file);
      return size >= leastBytes && size <= maxBytes;
    })
    .sort(byDigest);
}

/** An order that no folder or name rules, and the same everywhere. */
function byDigest(left: string, right: string): number {
  return digestOf(left) < digestOf(right) ? -1 : 1;
}

function digestOf(path: string): string {
  const name = path.slice(path.lastIndexOf("node_modules"));
  return createHash("sha256").update(name).digest("hex");
}

/** Picked so that languages of few packages stand on both sides. */
const salt = "split 34 ";

/** Is a package kept out of training? About one in four, by its name alone. */
export function isHeldOut(name: string): boolean {
  const [first = 0] = createHash("sha256")
    .update(salt + name)
    .digest();
  return first % 4 === 0;
}
