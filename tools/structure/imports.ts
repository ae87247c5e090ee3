import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** An import as it is written. */
export interface WrittenImport {
  /** From the repository's root. */
  readonly file: string;
  readonly specifier: string;
}

const pattern =
  /(?:^|\n)\s*(?:import|export)\s(?:[^;"']*?\sfrom\s*)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g;

const isSource = (name: string): boolean =>
  name.endsWith(".ts") && !/\.(?:test|test-d|fixture|d)\.ts$/.test(name);

/** Files below a folder that are part of what is published. */
export function listSources(root: string, dir: string): readonly string[] {
  return readdirSync(join(root, dir), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** Every import of a file, types included. */
export function readImports(root: string, file: string): readonly WrittenImport[] {
  return importsOf(file, readFileSync(join(root, file), "utf8"));
}

/** Every import in a text. */
export function importsOf(file: string, text: string): readonly WrittenImport[] {
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    specifier: match[1] ?? match[2] ?? "",
  }));
}
