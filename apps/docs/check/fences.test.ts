import { describe, expect, it } from "vitest";
import { findFences, programOf } from "./fences.ts";

const page = `# Title

<!-- note -->
\`\`\`ts run
one();
\`\`\`

<!-- around
declare const records: number[];
-->
\`\`\`ts
two(records);
\`\`\`

<!-- around
make({
…
});
-->
\`\`\`ts
  three: 3,
\`\`\`

\`\`\`text output
1
\`\`\`
`;
const fences = findFences(page);

describe("blocks of a page", () => {
  it("have their language, their flags and their line", () => {
    expect(fences.map(({ language, flags, line }) => [language, flags, line])).toEqual([
      ["ts", ["run"], 4],
      ["ts", [], 11],
      ["ts", [], 20],
      ["text", ["output"], 24],
    ]);
  });

  it("know where they stand, so that another output can be put in place", () => {
    const [, , , output] = fences;
    expect(page.slice(output?.start, output?.end)).toBe("1\n");
  });

  it("are programs with what the comment in front of them puts around them", () => {
    expect(fences.map(programOf).slice(0, 3)).toEqual([
      "one();\n",
      "declare const records: number[];\ntwo(records);\n",
      "make({\n  three: 3,\n\n});\n",
    ]);
  });
});
