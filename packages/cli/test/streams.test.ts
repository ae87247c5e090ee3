import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { afterAll, describe, expect, it } from "vitest";

const server = await startV2Server({ models: createStandardModels() });
const folder = mkdtempSync(join(tmpdir(), "nereid-streams-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

const input = join(folder, "in.jsonl");
writeFileSync(input, Array.from({ length: 2000 }, (_, row) => `{"IN":${row}}\n`).join(""));

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const nereid = `'${process.execPath}' --conditions=@nereid/source '${main}'`;
const predict = `${nereid} predict '${server.url}' poison '${input}'`;

/** What a line for bash prints. */
async function shell(line: string): Promise<{ readonly out: string; readonly err: string }> {
  const env = { ...process.env, NODE_OPTIONS: "" };
  const child = spawn("bash", ["-c", line], { env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err };
}

describe("a reader that has seen enough", () => {
  it.each(["", " -q", " --output-format csv"])("ends the run without a word:%s", async (flags) => {
    const { out, err } = await shell(`${predict}${flags} | head -1; echo "\${PIPESTATUS[0]}"`);
    expect(err).toBe("");
    expect(out).toMatch(/^(?:\{"OUT":0\}|OUT)\n0\n$/);
  });
});

describe("a disk that is full", () => {
  const told = "nereid: standard output: ENOSPC: no space left on device, write\n";

  it("ends the run with one line and 1", async () => {
    const { out, err } = await shell(`(${predict} > /dev/full); echo $?`);
    expect(err).toBe(told);
    expect(out).toBe("1\n");
  });

  it("is a failure of a command that prints at its end", async () => {
    const { out, err } = await shell(`(${nereid} inspect '${server.url}' > /dev/full); echo $?`);
    expect(err).toBe(told);
    expect(out).toBe("1\n");
  });
});
