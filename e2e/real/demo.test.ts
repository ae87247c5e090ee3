import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { runProgram } from "@nereid/cli";
import { systemClock } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { requireServer } from "../servers/state.ts";

const folder = fileURLToPath(new URL("../../packages/core/src", import.meta.url));

interface DemoRow {
  readonly path: string;
  readonly language: string;
  readonly confidence: number;
}

async function demo(...args: string[]): Promise<readonly DemoRow[]> {
  const output = new PassThrough();
  const never = new AbortController().signal;
  const printed = text(output);
  const code = await runProgram(["demo", folder, "--json", ...args], {
    input: process.stdin,
    output,
    progress: new PassThrough().resume(),
    env: {},
    clock: systemClock,
    wallNow: Date.now,
    drain: never,
    abort: never,
  });
  output.end();
  expect(code).toBe(0);
  const lines = (await printed).trimEnd().split("\n");
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
