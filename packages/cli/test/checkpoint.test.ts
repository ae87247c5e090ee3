import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@nereid/core/transport-kit";
import { createVirtualClock } from "@nereid/testing";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { fileOf, type RowKind } from "../src/checkpoint/entry.ts";
import { openJournal } from "../src/checkpoint/journal.ts";
import { nothingDone, readJournal } from "../src/checkpoint/read-journal.ts";
import { recover } from "../src/checkpoint/recover.ts";
import { createRowSet } from "../src/checkpoint/row-set.ts";
import type { Task } from "../src/checkpoint/task.ts";
import { createRowSink } from "../src/sink/row-sink.ts";
import { fileTarget, type TextTarget } from "../src/sink/text-target.ts";

const folder = mkdtempSync(join(tmpdir(), "nereid-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));
const files = { output: join(folder, "out"), deadLetters: join(folder, "letters") };
const checkpoint = join(folder, "checkpoint");
const task: Task = { model: "m", inputs: [], output: "out", deadLetters: "letters", join: false };
const encode = (row: object): string => String(Reflect.get(row, "text"));
const sync = (): Promise<void> => Promise.resolve();

/** A moment of a run: what stood in each file. */
interface Moment {
  readonly journal: string;
  readonly output: string;
  readonly letters: string;
}

const rows: readonly (readonly [row: number, kind: RowKind, text: string])[] = [
  [0, "o", "first\n"],
  [1, "d", "dead\n"],
  [2, "o", "häß\n"],
  [4, "n", ""],
  [5, "o", "fifth\n"],
  [3, "f", "third\n"],
  [6, "d", "letters\n"],
  [7, "s", ""],
  [8, "o", "end\n"],
];

/** Runs the real sink over the real journal, byte by byte, and keeps every state of the files. */
async function everyMoment(): Promise<readonly Moment[]> {
  for (const path of [files.output, files.deadLetters]) writeFileSync(path, "");
  const moments: Moment[] = [];
  const look = (): void => {
    moments.push({
      journal: readFileSync(checkpoint, "latin1"),
      output: readFileSync(files.output, "latin1"),
      letters: readFileSync(files.deadLetters, "latin1"),
    });
  };
  const slowly = async (path: string): Promise<TextTarget> => {
    const target = fileTarget(await open(path, "a"), 0);
    let bytes = 0;
    return {
      ...target,
      get bytes() {
        return bytes;
      },
      async write(data) {
        const file = await open(path, "a");
        for (const byte of Buffer.from(data)) {
          await file.write(Buffer.of(byte));
          bytes += 1;
          look();
        }
        await file.close();
      },
    };
  };
  const output = await slowly(files.output);
  const deadLetters = await slowly(files.deadLetters);
  const start = { snapshot: nothingDone, finished: createRowSet(), sync };
  const journal = await openJournal(checkpoint, task, start);
  const sink = createRowSink({ output, deadLetters, journal, clock: createVirtualClock(), encode });
  for (const [index, [row, kind, text]] of rows.entries()) {
    if (fileOf[kind] === "output") void sink.addRow(row, kind, { text }, undefined);
    else void sink.addFailure(row, kind, text);
    look();
    if (index % 3 === 2) await sink.finish();
  }
  await sink.finish();
  look();
  await Promise.all([output.close(), deadLetters.close(), journal.close()]);
  return moments;
}

describe("a checkpoint", () => {
  it("P2: knows at every byte of a run whose whole lines stand in the files", async () => {
    const moments = await everyMoment();
    expect(moments.length).toBeGreaterThan(40);
    const textOf = new Map(rows.map(([row, , text]) => [row, text]));
    for (const { journal, output, letters } of moments) {
      writeFileSync(checkpoint, journal, "latin1");
      writeFileSync(files.output, output, "latin1");
      writeFileSync(files.deadLetters, letters, "latin1");
      const read = await readJournal(checkpoint);
      const { finished, snapshot } = await recover(
        read?.snapshot ?? nothingDone,
        read?.entries ?? [],
        files,
      );
      const there = [output, letters]
        .flatMap((text) => text.split(/(?<=\n)/))
        .filter((line) => line.endsWith("\n"));
      const known = rows
        .filter(([row, , text]) => text !== "" && finished.has(row))
        .map(([row]) => Buffer.from(textOf.get(row) ?? "").toString("latin1"));
      expect(known.sort()).toEqual(there.sort());
      const whole = (text: string): number => text.lastIndexOf("\n") + 1;
      expect(snapshot.outputBytes).toBe(whole(output));
      expect(snapshot.deadLetterBytes).toBe(whole(letters));
    }
  });

  it("takes an announcement that was cut off for one that was never made", async () => {
    const [last] = (await everyMoment()).slice(-1);
    const journal = last?.journal ?? "";
    writeFileSync(checkpoint, journal.slice(0, -5), "latin1");
    const read = await readJournal(checkpoint);
    expect(read?.entries.length).toBe(journal.trimEnd().split("\n").length - 3);
  });

  it("stays small, however long the run is", async () => {
    writeFileSync(files.output, "");
    const output = fileTarget(await open(files.output, "a"), 0);
    const start = { snapshot: nothingDone, finished: createRowSet(), sync };
    const journal = await openJournal(checkpoint, task, start);
    const sink = createRowSink({
      output,
      deadLetters: undefined,
      journal,
      clock: systemClock,
      encode,
    });
    const text = `${"x".repeat(64)}\n`;
    let largest = 0;
    // Two rows of each ten stay behind, so that runs cannot grow together.
    for (let row = 0; row < 600_000; row += 1) {
      const shuffled = row - (row % 10) + ((7 * row) % 10);
      await sink.addRow(shuffled, "o", { text }, undefined);
      if (row % 50_000 === 0) largest = Math.max(largest, statSync(checkpoint).size);
    }
    await sink.finish();
    await Promise.all([output.close(), journal.close()]);
    expect(largest).toBeLessThan(6 * 1024 * 1024);
    expect(journal.counts.o).toBe(600_000);
    const read = await readJournal(checkpoint);
    const { finished } = await recover(read?.snapshot ?? nothingDone, read?.entries ?? [], files);
    expect(finished.low).toBe(600_000);
  }, 30_000);
});

describe("createRowSet", () => {
  it("has what was added, in any order", () => {
    const run = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 8 }));
    fc.assert(
      fc.property(fc.array(run, { maxLength: 30 }), (added) => {
        const set = createRowSet();
        const expected = new Set<number>();
        for (const [first, count] of added) {
          set.add(first, count);
          for (let row = first; row < first + count; row += 1) expected.add(row);
        }
        for (let row = 0; row < 80; row += 1) expect(set.has(row)).toBe(expected.has(row));
        expect(set.size).toBe(expected.size);
        const told = set
          .runs()
          .flatMap(([first, count]) => Array.from({ length: count }, (_, index) => first + index));
        expect(told).toEqual([...expected].sort((left, right) => left - right));
      }),
    );
  });
});
