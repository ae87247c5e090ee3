import { readFileSync } from "node:fs";
import { createStandardModels, startV2Server } from "@nereid/testing";
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

it("takes a flag that is a switch alone, and with a word", async () => {
  await using server = await startV2Server({ models: createStandardModels() });
  const args = ["inspect", server.url, "poison"];
  expect((await run([...args, "--response-compression"])).code).toBe(0);
  expect((await run([...args, "--response-compression", "false"])).code).toBe(0);
  const { code, err } = await run([...args, "--response-compression", "maybe"]);
  expect(code).toBe(2);
  expect(err).toContain("--response-compression: expected");
});

it("tells defaults in the form in which they are written", async () => {
  const help = await Promise.all(["predict", "bench"].map((name) => run([name, "--help"])));
  const text = help.map(({ out }) => out).join("");
  expect(text).not.toContain("preset");
  expect(text).toMatch(/default:\s+1,2,4,8,16\)/);
});
