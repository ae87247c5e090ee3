import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { readOnce, regressionsOf } from "./run-target.ts";
import { targets } from "./targets.ts";

it.each(targets.map((target) => [target.name, target] as const))(
  "%s reads its samples and everything that it once tripped over",
  (name, target) => {
    for (const bytes of [...target.samples, ...regressionsOf(name)]) {
      expect(() => readOnce(target, bytes)).not.toThrow();
    }
  },
);

it("has a target for each file of regressions", () => {
  const names = readdirSync(new URL("./regressions/", import.meta.url))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length));
  expect(targets.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
});
