import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { startChild } from "./child.fixture.ts";
import { collect, run } from "./run.fixture.ts";

const server = await startV2Server({ models: createStandardModels() });
const folder = mkdtempSync(join(tmpdir(), "nereid-signals-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});
beforeEach(() => server.setFaults(undefined));

const input = join(folder, "in.jsonl");
const count = 2000;
writeFileSync(input, Array.from({ length: count }, (_, row) => `{"IN":${row}}\n`).join(""));

describe("Ctrl-C", () => {
  it("finishes what is under way, writes it, and says that it was interrupted", async () => {
    const output = join(folder, "drained.jsonl");
    const child = startChild(["predict", server.url, "poison", input, "-o", output]);
    let seen = 0;
    server.setFaults(({ path }) => {
      if (path.endsWith("/infer")) seen += 1;
      if (seen === 300) child.process.kill("SIGINT");
      return undefined;
    });
    const { code, err } = await child.ended;
    expect(code).toBe(130);
    expect(err).toContain("interrupted: ");
    const rows = readFileSync(output, "utf8").trimEnd().split("\n");
    // Every request that the server had was answered and written: nothing was dropped.
    expect(rows.length).toBe(seen);
    expect(rows.length).toBeLessThan(count);
    expect(rows.map((row) => JSON.parse(row).OUT)).toEqual(rows.map((_, row) => 2 * row));
  });

  it("aborts what hangs when it is pressed a second time", async () => {
    const child = startChild(["predict", server.url, "poison", input, "--max-in-flight", "4"]);
    let hanging = 0;
    server.setFaults(({ path }) => {
      if (!path.endsWith("/infer")) return undefined;
      hanging += 1;
      if (hanging === 4) child.process.kill("SIGINT");
      return { kind: "hang" };
    });
    // The second one only behind the answer to the first: two at once would count as one.
    child.process.stderr?.on("data", (chunk: Buffer) => {
      if (chunk.includes("Ctrl-C again")) child.process.kill("SIGINT");
    });
    const { code } = await child.ended;
    expect(code).toBe(130);
  });

  it("ends a run that waits for somebody to type", async () => {
    const child = startChild(["predict", server.url, "poison"]);
    child.process.stdin?.write('{"IN":21}\n');
    let out = "";
    child.process.stdout?.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes("\n")) child.process.kill("SIGINT");
    });
    const { code, err } = await child.ended;
    expect(out).toBe('{"OUT":42}\n');
    expect(code).toBe(130);
    expect(err).toContain("interrupted: 1 row in");
  });
});

describe("progress", () => {
  it("is drawn within the terminal and taken away before the summary", async () => {
    const seen = collect({ isTTY: true, columns: 40 });
    const file = join(folder, "progress.jsonl");
    await run(["predict", server.url, "poison", input, "-o", file], { progress: seen.stream });
    const drawn = seen
      .text()
      .split("\r")
      .filter((part) => part.includes("\u001b[K"));
    expect(drawn.length).toBeGreaterThan(0);
    for (const part of drawn) {
      expect((part.split("\u001b[K")[0] ?? "").length).toBeLessThan(40);
    }
    expect(seen.text()).toContain("\r\u001b[K2,000 rows in ");
  });

  it("is left out with --quiet", async () => {
    const seen = collect({ isTTY: true, columns: 80 });
    const args = ["predict", server.url, "poison", "--quiet", "--max-retries", "0"];
    await run(args, { stdin: '{"IN":-1}\n', progress: seen.stream });
    expect(seen.text()).toBe("");
  });
});
