import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { whileEdited, withEdits } from "./edit-file.ts";
import { promiseCount, proofs } from "./proofs.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(`${root}apps/docs/promises.md`, "utf8");
const ids = Array.from({ length: promiseCount }, (_, index) => `P${index + 1}`);
const rows = page.split("\n").filter((line) => /^\| P\d+ \|/.test(line));

describe("the page of the promises", () => {
  it.each(ids)("has %s, with a mechanism and a test", (id) => {
    expect(rows.some((row) => row.startsWith(`| ${id} | `))).toBe(true);
    expect(proofs.some(({ promise }) => promise === id)).toBe(true);
  });

  it("has a row for each mechanism that can be switched off, and no other", () => {
    expect(rows.map((row) => row.replace(/^\| (P\d+) \| .*? \| /, "| $1 | "))).toEqual(
      proofs.map(
        ({ promise, mechanism, without, test: { file, name } }) =>
          `| ${promise} | ${without} (\`${mechanism}\`) | \`${file}\`: ${name} |`,
      ),
    );
  });
});

describe.each(proofs)(
  "$promise, $without",
  ({ promise, mechanism, edits, test: { file, name } }) => {
    it("has a mechanism that can still be switched off as written", () => {
      expect(existsSync(`${root}${mechanism}`)).toBe(true);
      const source = readFileSync(`${root}${mechanism}`, "utf8");
      expect(withEdits(source, edits)).not.toBe(source);
    });

    it("has a test of that name in that file", () => {
      expect(name.startsWith(`${promise}: `)).toBe(true);
      expect(existsSync(`${root}${file}`)).toBe(true);
      expect(readFileSync(`${root}${file}`, "utf8")).toContain(`"${name}"`);
    });
  },
);

describe("switching off", () => {
  it("refuses a text that stands in the file more than once, or not at all", () => {
    expect(() => withEdits("a a", [{ find: "a", replace: "b" }])).toThrow("found it 2 times");
    expect(() => withEdits("a", [{ find: "c", replace: "b" }])).toThrow("found it 0 times");
    expect(withEdits("a $1", [{ find: "a", replace: "$&" }])).toBe("$& $1");
  });

  it("puts the file back, also when the run fails", async () => {
    const folder = await mkdtemp(`${tmpdir()}/nereid-edit-`);
    try {
      const file = `${folder}/file.ts`;
      await writeFile(file, "on");
      const edits = [{ find: "on", replace: "off" }];
      expect(await whileEdited(file, edits, () => readFile(file, "utf8"))).toBe("off");
      expect(await readFile(file, "utf8")).toBe("on");
      const failing = whileEdited(file, edits, () => Promise.reject(new Error("broken")));
      await expect(failing).rejects.toThrow("broken");
      expect(await readFile(file, "utf8")).toBe("on");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
