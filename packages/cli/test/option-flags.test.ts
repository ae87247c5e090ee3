import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { run } from "./run.fixture.ts";

/** Options that are arguments of the command. */
const isArgument = (name: string): boolean => name === "endpoint" || name === "model-name";

it("has every option of the options page as a flag of predict", async () => {
  const page = readFileSync(new URL("../../../apps/docs/options.md", import.meta.url), "utf8");
  const names = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(30);
  const { code, out } = await run(["predict", "--help"]);
  expect(code).toBe(0);
  const flags = new Set(
    [...out.matchAll(/^ {2}(?:-\w, )?--([a-z0-9-]+)/gm)].map(([, name]) => name),
  );
  expect(names.filter((name) => !isArgument(name) && !flags.has(name))).toEqual([]);
});
