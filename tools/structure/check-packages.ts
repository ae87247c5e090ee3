import { builtinModules } from "node:module";
import type { WrittenImport } from "./imports.ts";
import { packageRules, scope } from "./packages.ts";

const builtins: ReadonlySet<string> = new Set(builtinModules);

/** What is wrong with an import between packages; undefined when it is fine. */
export function packageBreach({ file, specifier }: WrittenImport): string | undefined {
  const home = Object.keys(packageRules).find((dir) => file.startsWith(`${dir}/`));
  const rule = home === undefined ? undefined : packageRules[home];
  if (home === undefined || rule === undefined) {
    return `${file} belongs to no package of tools/structure/packages.ts`;
  }
  if (specifier.startsWith(".")) return relativeBreach(home, file, specifier);
  if (specifier.startsWith("node:") || builtins.has(specifier)) {
    return rule.node
      ? undefined
      : `${file} imports ${specifier}; ${home} runs without Node: pass it in`;
  }
  const name = packageName(specifier);
  if (name.startsWith(scope)) return ourBreach(file, specifier, rule.ours);
  if (rule.others.includes(name)) return undefined;
  return `${file} imports ${name}; ${home} may use ${rule.others.join(", ") || "no other package"}`;
}

function relativeBreach(home: string, file: string, specifier: string): string | undefined {
  const depth = file.slice(home.length + 1).split("/").length - 1;
  const up = specifier.split("/").filter((part) => part === "..").length;
  return up > depth
    ? `${file} imports ${specifier}, out of ${home}; use the package's door`
    : undefined;
}

function ourBreach(
  file: string,
  specifier: string,
  allowed: readonly string[],
): string | undefined {
  const [, name = "", ...door] = specifier.split("/");
  if (!allowed.includes(name)) {
    return `${file} imports ${specifier}; it may use ${allowed.map((one) => scope + one).join(", ") || "none of ours"}`;
  }
  const doors = name === "core" ? ["", "transport-kit"] : [""];
  return doors.includes(door.join("/"))
    ? undefined
    : `${file} imports ${specifier}, which is no door`;
}

function packageName(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
