import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), "utf8");

it("is shown in the README as it runs, in a test file below 20 lines", async () => {
  const test = await read("toy-transport.test.ts");
  expect(await read("../../packages/testing/README.md")).toContain(`\`\`\`text\n${test}\`\`\`\n`);
  expect(test.trimEnd().split("\n").length).toBeLessThan(20);
});
