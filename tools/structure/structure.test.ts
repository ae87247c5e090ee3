import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { floorBreach } from "./check-floors.ts";
import { packageBreach } from "./check-packages.ts";
import { importsOf, listSources, readImports } from "./imports.ts";
import { packageRules } from "./packages.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

const importsBelow = (dir: string): ReturnType<typeof readImports> =>
  listSources(root, dir).flatMap((file) => readImports(root, file));

describe("structure", () => {
  it("has a row for each package", () => {
    const dirs = readdirSync(`${root}/packages`).map((name) => `packages/${name}`);
    expect(dirs.sort()).toEqual(Object.keys(packageRules).sort());
  });

  it("keeps every import within the package table", () => {
    const breaches = Object.keys(packageRules)
      .flatMap((dir) => importsBelow(`${dir}/src`))
      .map(packageBreach)
      .filter((breach) => breach !== undefined);
    expect(breaches).toEqual([]);
  });

  it("keeps every import of core on lower floors", () => {
    const breaches = importsBelow("packages/core/src")
      .map(floorBreach)
      .filter((breach) => breach !== undefined);
    expect(breaches).toEqual([]);
  });

  it("lists every export by name", () => {
    const files = Object.keys(packageRules).flatMap((dir) => listSources(root, `${dir}/src`));
    const unlisted = files.filter((file) =>
      /^export (?:\*|default)/m.test(readFileSync(`${root}/${file}`, "utf8")),
    );
    expect(unlisted).toEqual([]);
  });
});

describe("the checks themselves", () => {
  const inCore = (room: string, specifier: string): string | undefined =>
    floorBreach({ file: `packages/core/src/${room}/a.ts`, specifier });

  it("finds every way of importing", () => {
    const text =
      'import a from "x";\nimport type {\n  B,\n} from "y";\nexport { c } from "z";\nimport "w";\nawait import("v");';
    expect(importsOf("f.ts", text).map(({ specifier }) => specifier)).toEqual([
      "x",
      "y",
      "z",
      "w",
      "v",
    ]);
  });

  it("refuses a higher floor, the same floor and zod outside options", () => {
    expect(inCore("tensor", "../errors/errors.ts")).toBeUndefined();
    expect(inCore("tensor", "../model/model.ts")).toContain("(floor 7)");
    expect(inCore("layers", "../record/plan.ts")).toContain("belongs below floor 4");
    expect(inCore("record", "zod")).toContain("schemas live in");
    expect(inCore("record", "../utils/x.ts")).toContain('"utils" has no floor');
  });

  it("refuses Node in core, foreign packages, other transports and private files", () => {
    const breach = (dir: string, specifier: string): string | undefined =>
      packageBreach({ file: `packages/${dir}/src/a.ts`, specifier });
    expect(breach("core", "node:fs")).toContain("runs without Node");
    expect(breach("transport-http", "axios")).toContain("may use undici");
    expect(breach("transport-http", "@nereid/runner-onnx")).toContain("may use @nereid/core");
    expect(breach("transport-http", "@nereid/core/src/model.ts")).toContain("no door");
    expect(breach("transport-http", "../../core/src/index.ts")).toContain(
      "out of packages/transport-http",
    );
    expect(breach("transport-http", "@nereid/core/transport-kit")).toBeUndefined();
  });
});
