import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A published package, packed. */
export interface PackedPackage {
  readonly name: string;
  /** Folder of its sources. */
  readonly dir: string;
  readonly tarball: string;
  /** Our own packages that it needs. */
  readonly ours: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Packs every package below `packages/`. They must have been built. */
export function packAll(root: string, into: string): readonly PackedPackage[] {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  return readdirSync(join(root, "packages")).map((folder) => {
    const dir = join(root, "packages", folder);
    const manifest: Manifest = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
    run("pnpm", ["pack", "--pack-destination", into], dir);
    const start = `nereid-${folder}-`;
    const file = readdirSync(into).find((name) => name.startsWith(start)) ?? "";
    const ours = Object.keys(manifest.dependencies ?? {}).filter((name) =>
      name.startsWith("@nereid/"),
    );
    return { name: manifest.name, dir, tarball: join(into, file), ours };
  });
}

/** Runs a command to its end and gives what it printed. @throws when it fails */
export function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(
    `expected "${command} ${args.join(" ")}" to succeed, found:\n${stdout}\n${stderr}`,
  );
}
