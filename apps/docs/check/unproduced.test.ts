import { expect, it } from "vitest";
import { unproduced } from "./unproduced.ts";

const problemsOf = (text: string): readonly string[] => unproduced({ path: "page.md", text });

it("finds output that nothing printed, and text that is no file", () => {
  expect(problemsOf("```text output\n1\n```\n")).toEqual([
    "page.md:1: expected a block that is run in front of this output",
  ]);
  expect(problemsOf("```ts\n1;\n```\n\n```text output\n1\n```\n").length).toBe(1);
  expect(problemsOf("```text\n1\n```\n")).toEqual([
    "page.md:1: expected a block that is run, compiled or a file, found text",
  ]);
});

it("finds text that has moved away from the file that it was taken from", () => {
  expect(problemsOf("```ts from=LICENSE\nno such line\n```\n")).toEqual([
    "page.md:1: expected a part of LICENSE",
  ]);
  expect(
    problemsOf("```text from=LICENSE\n                                 Apache License\n```\n"),
  ).toEqual([]);
});

it("takes commands, programs, files and what stands behind a run", () => {
  const page =
    "```sh run\nnpx nereid\n```\n\n```text output\n1\n```\n\n```csv file=a.csv\na\n```\n";
  expect(problemsOf(page)).toEqual([]);
});
