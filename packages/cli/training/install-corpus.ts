import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const list = fileURLToPath(new URL("./corpus.json", import.meta.url));
const dir = fileURLToPath(new URL("../../../.cache/corpus/", import.meta.url));

/** Installs the packages to learn from, without running any script of theirs, and tells where. */
export function installCorpus(): string {
  const modules = join(dir, "node_modules");
  const dependencies: unknown = JSON.parse(readFileSync(list, "utf8"));
  const manifest = JSON.stringify({ private: true, dependencies }, null, 2);
  const stamp = join(dir, "installed.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === manifest) return modules;
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "package.json"), manifest);
  const args = [
    "install",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--omit=peer",
    "--legacy-peer-deps",
  ];
  const { status } = spawnSync("npm", args, { cwd: dir, stdio: "inherit" });
  if (status !== 0) throw new Error("expected npm to install the corpus, it failed");
  writeFileSync(stamp, manifest);
  return modules;
}
