import { fileURLToPath } from "node:url";
import { createProgram } from "@nereid/cli";
import { describe, expect, it } from "vitest";
import { requireServer } from "../servers/state.ts";

const folder = fileURLToPath(new URL("../../packages/core/src", import.meta.url));

interface DemoRow {
  readonly path: string;
  readonly language: string;
  readonly confidence: number;
}

async function demo(...args: string[]): Promise<readonly DemoRow[]> {
  const lines: string[] = [];
  await createProgram({
    output: { write: (text) => lines.push(text) },
    progress: { write: () => true },
    now: () => 0,
    signal: new AbortController().signal,
  }).parseAsync(["demo", folder, "--json", ...args], { from: "user" });
  return lines.map((line): DemoRow => JSON.parse(line));
}

describe("the demo", () => {
  it("says the same of every file, with the model in the process and in real Triton", async () => {
    const inProcess = await demo();
    const inTriton = await demo("--endpoint", requireServer("triton").http);
    expect(inProcess.length).toBeGreaterThan(80);
    expect(inTriton.map(({ path, language }) => [path, language])).toEqual(
      inProcess.map(({ path, language }) => [path, language]),
    );
    inTriton.forEach(({ confidence }, index) => {
      expect(confidence).toBeCloseTo(inProcess[index]?.confidence ?? 0, 4);
    });
  });
});
