import { globSync, readFileSync } from "node:fs";
import { root } from "./pages.ts";

/** Our packages and those of ours that each needs. */
const needs = new Map(
  globSync("packages/*/package.json", { cwd: root }).map((path): [string, readonly string[]] => {
    const manifest: {
      readonly name: string;
      readonly dependencies?: Readonly<Record<string, string>>;
    } = JSON.parse(readFileSync(`${root}/${path}`, "utf8"));
    return [manifest.name, Object.keys(manifest.dependencies ?? {})];
  }),
);

/** Puts tarballs in place of our packages in the lines of a block that install some. */
export function useTarballs(code: string): string {
  return code.replaceAll(/^npm install .*$/gm, (line) => {
    const words = line.split(" ").flatMap((word) => (needs.has(word) ? withOurs(word) : [word]));
    return [...new Set(words)].join(" ");
  });
}

function withOurs(name: string): readonly string[] {
  const ours = needs.get(name);
  return ours === undefined ? [] : [...ours.flatMap(withOurs), tarballOf(name)];
}

function tarballOf(name: string): string {
  const pattern = `.cache/packs/${name.slice(1).replace("/", "-")}-[0-9]*.tgz`;
  const [file] = globSync(pattern, { cwd: root });
  if (file === undefined) throw new Error(`${pattern}: expected a tarball, found none`);
  return `${root}/${file}`;
}
