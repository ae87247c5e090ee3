import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { collect } from "../collect.ts";
import { classifyImages } from "./classify.ts";

it("tells the colour of each PNG file", async () => {
  const folder = fileURLToPath(new URL("images", import.meta.url));
  const found = await collect(classifyImages(folder));
  expect(found.map(({ file, colour }) => [file, colour])).toEqual([
    ["meadow.png", "green"],
    ["poppy.png", "red"],
    ["sea.png", "blue"],
  ]);
  expect(found.every(({ confidence }) => confidence > 0.8)).toBe(true);
});
