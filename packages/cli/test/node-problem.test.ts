import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { nodeProblem } from "../src/command/node-problem.ts";

it("tells a Node that is too old, in a line", () => {
  expect(nodeProblem("20.20.2")).toBe("expected Node 22.19.0 or later, found 20.20.2");
  expect(nodeProblem("22.18.9")).toBe("expected Node 22.19.0 or later, found 22.18.9");
});

it.each(["22.19.0", "22.19.1", "22.20.0", "24.0.0", "25.1.0-nightly"])(
  "takes Node %s",
  (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  },
);

it("knows the version that the package asks for", () => {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  expect(JSON.parse(text).engines.node).toBe(">=22.19.0");
});
