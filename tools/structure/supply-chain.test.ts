import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { listSources } from "./imports.ts";
import { packageRules } from "./packages.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const read = (file: string): string => readFileSync(`${root}/${file}`, "utf8");
const packages = Object.keys(packageRules);

/** What npm runs on its own when a package is installed. */
const lifecycle = ["preinstall", "install", "postinstall", "prepare", "prepublish"];

it("no published package runs a script when it is installed", () => {
  for (const dir of packages) {
    const { scripts = {} }: { readonly scripts?: object } = JSON.parse(read(`${dir}/package.json`));
    expect(Object.keys(scripts).filter((name) => lifecycle.includes(name))).toEqual([]);
  }
});

it("no dependency runs a script when the repository is installed", () => {
  const [, allowed = ""] = read("pnpm-workspace.yaml").split("allowBuilds:\n");
  const builds = allowed.split("\n").filter((line) => /^ {2}\S/.test(line));
  expect(builds.length).toBeGreaterThan(0);
  expect(builds.filter((line) => !line.endsWith(": false"))).toEqual([]);
});

it("every package of the lockfile comes from the registry, with its checksum", () => {
  const [, body = ""] = read("pnpm-lock.yaml").split("\npackages:\n");
  const [resolved = ""] = body.split("\nsnapshots:\n");
  const entries = [...resolved.matchAll(/^ {4}resolution: (.+)$/gm)].map(([, text]) => text);
  expect(entries.length).toBeGreaterThan(100);
  expect(entries.filter((text) => !/^\{integrity: sha512-[\w+/=]+\}$/.test(text ?? ""))).toEqual(
    [],
  );
});

it("nothing that is published turns text into code", () => {
  const code = /\beval\s*\(|new\s+Function\b|\bFunction\s*\(|\bimport\s*\(\s*[^"'\s)]/;
  const sources = packages.flatMap((dir) => listSources(root, `${dir}/src`));
  const found = sources.filter((file) => !file.endsWith(".test.ts") && code.test(read(file)));
  // The runtime's own name, or a build of it that the application names.
  expect(found).toEqual(["packages/runner-onnx/src/load-runtime.ts"]);
});
