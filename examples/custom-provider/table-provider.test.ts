import { fileURLToPath } from "node:url";
import { createModelFromOptions, string } from "@nereid/core";
import { expect, it } from "vitest";
import { collect } from "../collect.ts";
import { tableProvider } from "./table-provider.ts";

const fields = { inputs: { key: string() }, outputs: { text: string() } };
const open = (
  path: string,
): ReturnType<typeof createModelFromOptions<typeof fields.inputs, typeof fields.outputs>> =>
  createModelFromOptions(
    { provider: "table", "model-name": "capitals", "table-path": path, "batch-size": "64" },
    { providers: [tableProvider], ...fields },
  );

it("answers from the table", async () => {
  await using model = await open(fileURLToPath(new URL("capitals.json", import.meta.url)));
  const keys = ["Norway", "Japan", "Atlantis"].map((key) => ({ key }));
  const rows = await collect(model.predictAll(keys));
  expect(rows.map(({ text }) => text)).toEqual(["Oslo", "Tokyo", ""]);
});

it("says which option is wrong when there is no such file", async () => {
  await expect(open("nowhere.json")).rejects.toThrow("table-path: expected a JSON file");
});
