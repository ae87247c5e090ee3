import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { languageOfName } from "../src/demo/languages.ts";
import { leastBytes, prepareText, sampleBytes } from "../src/demo/prepare-text.ts";
import { createProgress } from "../src/demo/progress.ts";
import { renderTable } from "../src/demo/table.ts";
import { createTally } from "../src/demo/tally.ts";
import { run as runCommand } from "./run.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "nereid-demo-"));
afterAll(() => rmSync(folder, { recursive: true }));

const files: Readonly<Record<string, string>> = {
  "a.py":
    "import os\nimport sys\n\ndef main(argv):\n    for name in argv:\n        print(os.path.join(name))\n\nif __name__ == '__main__':\n    main(sys.argv)\n",
  "b.json":
    '{\n  "name": "example",\n  "version": "1.0.0",\n  "dependencies": { "left": "^1.0.0" }\n}\n',
  "deep/c.css":
    ".button {\n  color: #fff;\n  margin: 0 auto;\n}\n.button:hover {\n  background: red;\n}\n",
  "deep/d.h":
    "#ifndef A_H\n#define A_H\n#include <stdint.h>\nstatic inline int add(int a, int b) { return a + b; }\n#endif\n",
  "deep/e.txt": "plain text promises no language, so nobody asks for it at all\n",
  "short.js": "export {};",
};
mkdirSync(join(folder, "deep"));
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
symlinkSync(folder, join(folder, "deep/loop"));

async function run(...args: string[]): Promise<string> {
  const { out } = await runCommand(["demo", folder, "--no-tour", ...args]);
  return out;
}

describe("nereid demo", () => {
  it("tells the language of real files with the model inside the process", async () => {
    const rows = (await run("--json"))
      .trim()
      .split("\n")
      .map((line): { path: string; language: string; promised: string } => JSON.parse(line));
    expect(rows.map(({ path }) => path.slice(folder.length + 1)).sort()).toEqual([
      "a.py",
      "b.json",
      "deep/c.css",
      "deep/d.h",
    ]);
    expect(rows.every(({ language, promised }) => language === promised)).toBe(true);
  });

  it("prints a table with the accuracy against the extensions", async () => {
    const table = await run();
    expect(table).toContain("as the extension says");
    expect(table).toContain("100.0 % as their extension says");
  });

  it("goes on a tour in which no way loses an answer", async () => {
    const { code, out, err } = await runCommand(["demo", folder, "--outage-ms", "1"]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toMatch(/^Nereid, batches of 32 +[\d,]+ +16$/m);
    expect(out).toContain("512 rows each; the answers are the same.");
    expect(out).toContain(
      'the loop stopped with "a value that is no byte": 256 rows answered, 256 not',
    );
    expect(out).toMatch(/^Nereid: 511 rows answered, 1 failed, in \d+ requests$/m);
    expect(out).toMatch(
      /^Nereid: 512 rows answered, 0 failed; the answers and their order are the same/m,
    );
    expect(out).toMatch(/mode: "stream" }\) +[\d,]+$/m);
    expect(out).toContain("The rest of the program is as it was; the answers are the same.");
    expect(out).not.toContain("not the same");
  });

  it("says that a folder is not there, or is a file", async () => {
    const none = join(folder, "none");
    const file = join(folder, "a.py");
    const results = [await runCommand(["demo", none]), await runCommand(["demo", file])];
    expect(results).toMatchObject([
      { code: 2, out: "", err: `nereid: ${none}: expected a folder, found nothing\n` },
      { code: 2, out: "", err: `nereid: ${file}: expected a folder, found a file\n` },
    ]);
  });

  it("says in one sentence that a server is not there", async () => {
    const { code, err } = await runCommand(["demo", folder, "--endpoint", "http://127.0.0.1:1"]);
    expect(code).toBe(1);
    expect(err).toContain("ECONNREFUSED");
  });
});

describe("prepareText", () => {
  it("pads short files with zeros and takes the head and the middle of long ones", () => {
    const short = prepareText(Uint8Array.of(1, 2, 3));
    expect([...short.subarray(0, 5)]).toEqual([1, 2, 3, 0, 0]);
    const long = Uint8Array.from({ length: 10_000 }, (_, index) => (index < 5000 ? 1 : 2));
    const sample = prepareText(long);
    expect(sample).toHaveLength(sampleBytes);
    expect(sample[0]).toBe(1);
    expect(sample.at(-1)).toBe(2);
  });

  it("leaves files out that are too short to tell", () => {
    expect("export {};".length).toBeLessThan(leastBytes);
  });
});

describe("the table", () => {
  it("counts answers by what the model said", () => {
    const tally = createTally();
    tally.add("json", "json", 1);
    tally.add("javascript", "json", 0.5);
    const table = renderTable(tally, 2);
    expect(table).toContain("json          2           75.0 %                 50.0 %");
    expect(table).toContain("2 files in 2.0 s (1 rows/s); 50.0 % as their extension says");
  });

  it("has nothing to say of no files", () => {
    expect(renderTable(createTally(), 1)).toContain("no file with an extension");
  });
});

describe("createProgress", () => {
  it("draws on terminals only", () => {
    const lines: string[] = [];
    const write = (text: string): number => lines.push(text);
    createProgress({ write }, () => 0).update(5);
    expect(lines).toEqual([]);
    let now = 0;
    const progress = createProgress({ isTTY: true, write }, () => now);
    now = 1000;
    progress.update(500);
    progress.update(501);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("500 rows, 500 rows/s");
  });
});

describe("languageOfName", () => {
  it("reads the last extension, in any case", () => {
    expect(languageOfName("a/b.d.TS")).toBe("typescript");
    expect(languageOfName("LICENSE")).toBeUndefined();
  });
});
