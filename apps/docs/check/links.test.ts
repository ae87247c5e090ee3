import { expect, it } from "vitest";
import { anchorsOf, brokenLinks } from "./links.ts";

const linksOf = (text: string): readonly string[] =>
  brokenLinks({ path: "apps/docs/guides/errors.md", text }).map((problem) =>
    problem.slice(problem.lastIndexOf(" ") + 1),
  );

it("finds links to pages, anchors and pictures that are not there", () => {
  const text = `[a](retries.md) [b](retries.md#waits-and-budget) [c](../options.md) [d](#here)
## Here
[e](nowhere.md) [f](retries.md#nowhere) [g](#there) <img src="/nothing.svg"> ![h](/flow-light.svg)
[i](https://nereid.invalid/page) \`\`\`
`;
  expect(linksOf(text)).toEqual(["nowhere.md", "retries.md#nowhere", "#there", "/nothing.svg"]);
});

it("leaves what stands in blocks of code alone", () => {
  expect(linksOf("```text\n[a](nowhere.md)\n```\n")).toEqual([]);
});

it("makes anchors of headings as the site does", () => {
  const headings = "# gRPC or HTTP\n## `stream()`: many, answers\n### It's 50 % more\n";
  expect([...anchorsOf(headings)]).toEqual(["grpc-or-http", "stream-many-answers", "its-50-more"]);
});
