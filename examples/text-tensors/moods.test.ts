import { expect, it } from "vitest";
import { collect } from "../collect.ts";
import { moodsOf } from "./moods.ts";

it("tells moods of words in any script, and leaves out what is no text", async () => {
  const words = ["good", "schlecht", "うれしい", "\u{d800}", "chair", ""].map((word) => ({ word }));
  expect(await collect(moodsOf(words))).toEqual([
    { word: "good", mood: "glad" },
    { word: "schlecht", mood: "sad" },
    { word: "うれしい", mood: "glad" },
    { word: "chair", mood: "unmoved" },
    { word: "", mood: "unmoved" },
  ]);
});
