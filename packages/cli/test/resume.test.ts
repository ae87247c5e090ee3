import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTensor, type Tensor } from "@nereid/core/transport-kit";
import { startV2Server, type ServerModel } from "@nereid/testing";
import { afterAll, describe, expect, it } from "vitest";
import { startChild } from "./child.fixture.ts";
import { run } from "./run.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "nereid-resume-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Doubles what it is given, and fails a request with a negative value in it. */
const double: ServerModel = {
  name: "double",
  maxBatchRows: 64,
  inputs: [{ name: "IN", datatype: "FP32", shape: [1] }],
  outputs: [{ name: "OUT", datatype: "FP32", shape: [1] }],
  execute: (requests) =>
    requests.map(({ inputs }) => {
      const tensor = inputs.get("IN");
      if (tensor?.datatype !== "FP32") return { error: "no FP32 input IN" };
      const { data, shape } = tensor;
      if (data.some((value) => value < 0)) return { error: "negative value" };
      return [
        createTensor(
          "OUT",
          "FP32",
          shape,
          data.map((value) => 2 * value),
        ),
      ];
    }),
};

let made = 0;
/** A run of its own: its files, its server and its command line. */
async function prepare(rows: number) {
  made += 1;
  const path = (name: string): string => join(folder, `${made}-${name}`);
  const server = await startV2Server({ models: [double] });
  const input = path("in.jsonl");
  // Every hundredth row is poison.
  const values = Array.from({ length: rows }, (_, row) => (row % 100 === 99 ? -row : row));
  writeFileSync(input, values.map((value) => `{"IN":${value}}\n`).join(""));
  const [output, letters, checkpoint] = ["out.jsonl", "letters.jsonl", "checkpoint"].map(path);
  if (output === undefined || letters === undefined || checkpoint === undefined) {
    throw new Error("expected three paths");
  }
  const files = ["-o", output, "--dead-letter", letters, "--resume", checkpoint];
  const args = ["predict", server.url, "double", input, ...files, "--max-retries", "0"];
  return { server, values, input, output, letters, checkpoint, args };
}

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** The values whose whole line stands in a file of the run. */
function finishedValues({ output, letters }: { output: string; letters: string }): Set<number> {
  const whole = (path: string): string[] => read(path).split("\n").slice(0, -1);
  return new Set([
    ...whole(output).map((line) => Number(JSON.parse(line).OUT) / 2),
    ...whole(letters).map((line) => Number(JSON.parse(line).record.IN)),
  ]);
}

const valuesOf = (inputs: readonly Tensor[]): number[] =>
  inputs.flatMap(({ data }) => (data instanceof Float32Array ? [...data] : []));

describe("nereid predict --resume", () => {
  it.each([
    ["in order", []],
    ["as they come", ["--no-ordered", "--batch-size", "8"]],
  ])(
    "P3: goes on behind kills, %s, without sending a finished row again",
    async (_, flags) => {
      const rows = 2000;
      const prepared = await prepare(rows);
      const { server, values, output, letters, args } = prepared;
      const batches = flags.length > 0;
      let sentAgain = 0;
      for (let kill = 0; kill < 2; kill += 1) {
        const before = finishedValues(prepared);
        const from = server.host.received.length;
        const child = startChild([...args, ...flags]);
        // By requests and not by time, so that a slow machine is killed at the same place: answers are
        // held back until what was answered before stands in the output.
        const last = from + (batches ? 60 : 300) * (kill + 1);
        const size = read(output).length;
        let killed: Promise<void> | undefined;
        server.setFaults(() => {
          if (server.host.received.length < last) return undefined;
          killed ??= expect
            .poll(() => read(output).length, { timeout: 50_000 })
            .toBeGreaterThan(size)
            .then(() => void child.process.kill("SIGKILL"));
          return { kind: "late", until: killed };
        });
        const { signal } = await child.ended;
        expect(signal).toBe("SIGKILL");
        const sent = server.host.received.slice(from).flatMap(({ inputs }) => valuesOf(inputs));
        sentAgain += sent.filter((value) => before.has(value)).length;
      }
      const before = finishedValues(prepared);
      expect(before.size).toBeGreaterThan(0);
      expect(before.size).toBeLessThan(rows);
      server.setFaults(undefined);
      const from = server.host.received.length;
      const { code, err } = await run([...args, ...flags]);
      const sent = server.host.received.slice(from).flatMap(({ inputs }) => valuesOf(inputs));
      sentAgain += sent.filter((value) => before.has(value)).length;
      await server.close();
      expect(code).toBe(1);
      expect(err).toContain(" were finished before");
      expect(sentAgain).toBe(0);
      const answered = read(output)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).OUT / 2);
      const dead = read(letters)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).record.IN);
      const good = values.filter((value) => value >= 0);
      const bad = values.filter((value) => value < 0);
      if (!batches) {
        expect(answered).toEqual(good);
        expect(dead).toEqual(bad);
      }
      // A bad row costs its batch nothing, whatever was killed around it.
      expect(dead.toSorted((left, right) => left - right)).toEqual(bad.toReversed());
      const all = [...answered, ...dead].sort((left, right) => left - right);
      expect(all).toEqual(values.toSorted((left, right) => left - right));
    },
    120_000,
  );

  it("has nothing to do when everything was finished, and says how it had ended", async () => {
    const { server, args } = await prepare(100);
    expect((await run(args)).code).toBe(1);
    const sent = server.host.received.length;
    const again = await run(args);
    await server.close();
    expect(again).toMatchObject({
      code: 1,
      err: "nothing to do: all 100 rows were finished before\n",
    });
    expect(server.host.received.length).toBe(sent);
  });

  it("refuses the checkpoint of another command, and an input that has changed", async () => {
    const { server, args, input, output } = await prepare(10);
    await run(args);
    const text = read(output);
    const joined = await run([...args, "--join"]);
    writeFileSync(input, '{"IN":5}\n');
    const changed = await run(args);
    await server.close();
    expect(joined.code).toBe(2);
    expect(joined.err).toContain("expected the command that it belongs to, found another join");
    expect(changed.err).toContain("found another inputs");
    expect(read(output)).toBe(text);
  });

  it("does not begin over an output that is there, nor with a file that is no checkpoint", async () => {
    const { server, args, output, checkpoint } = await prepare(10);
    writeFileSync(output, "precious\n");
    const begun = await run(args);
    writeFileSync(checkpoint, '{"name":"package"}\n');
    const other = await run(args);
    await server.close();
    expect(begun.code).toBe(2);
    expect(begun.err).toContain("expected no such file at the beginning of a run with --resume");
    expect(other.err).toContain('expected a checkpoint of "nereid predict", found another file');
    expect(read(output)).toBe("precious\n");
    expect(read(checkpoint)).toBe('{"name":"package"}\n');
  });

  it("says so when lines that it knows of have gone from the output", async () => {
    const { server, args, output } = await prepare(10);
    await run([...args, "--max-failures", "1"]);
    const drain = new AbortController();
    drain.abort();
    writeFileSync(output, "");
    const { err } = await run(args);
    await server.close();
    expect(err).toMatch(/nothing to do|expected at least \d+ bytes, as the checkpoint has it/);
  });
});
