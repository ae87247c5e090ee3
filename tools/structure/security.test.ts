import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

it("SECURITY.md names a test for each threat, and each of them exists", () => {
  const rows = readFileSync(`${root}/SECURITY.md`, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (?:threat|---)/.test(line));
  const tests = rows.map((row) =>
    [...row.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file]) => file),
  );
  expect(rows.length).toBeGreaterThan(10);
  expect(tests.filter((files) => files.length === 0)).toEqual([]);
  expect(tests.flat().filter((file) => !existsSync(`${root}/${file}`))).toEqual([]);
});
