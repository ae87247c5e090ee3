import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { nodeResolvers } from "./resolvers.ts";

const dir = mkdtempSync(join(tmpdir(), "nereid-secret-"));
afterAll(() => rmSync(dir, { recursive: true }));

it("reads a secret from the environment", () => {
  process.env["NEREID_TEST_SECRET"] = "from the environment";
  expect(nodeResolvers.resolveSecret("env", "NEREID_TEST_SECRET")).toBe("from the environment");
  delete process.env["NEREID_TEST_SECRET"];
  expect(() => nodeResolvers.resolveSecret("env", "NEREID_TEST_SECRET")).toThrow(
    "secret: expected the environment variable NEREID_TEST_SECRET, found none",
  );
});

it("reads a secret from a file, without the line break at its end", async () => {
  const path = join(dir, "token");
  writeFileSync(path, "from a file\n");
  await expect(nodeResolvers.resolveSecret("file", path)).resolves.toBe("from a file");
  await expect(nodeResolvers.resolveSecret("file", join(dir, "none"))).rejects.toThrow(
    "found none that can be read",
  );
});

it("refuses schemes it does not know", () => {
  expect(() => nodeResolvers.resolveSecret("vault", "x")).toThrow('found "vault"');
});
