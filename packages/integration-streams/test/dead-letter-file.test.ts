import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModel, float32, ServerError, type DeadLetter } from "@nereid/core";
import { createMemoryTransport, createStandardModels } from "@nereid/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDeadLetterFile, readDeadLetters, redrive } from "../src/index.ts";

let folder = "";
let path = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nereid-letters-"));
  path = join(folder, "letters.jsonl");
});

afterEach(() => rm(folder, { recursive: true }));

const letter = (record: unknown): DeadLetter<unknown> => ({
  record,
  error: new ServerError("model raised", {
    outcome: "internal",
    status: 500,
    serverText: "bad row",
    cause: new Error("canary-secret"),
  }),
  attempts: 3,
  timeMs: 1_700_000_000_000,
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const writeLetters = async (...records: readonly unknown[]): Promise<void> => {
  await using letters = await openDeadLetterFile(path);
  for (const record of records) await letters.write(letter(record));
};

describe("a dead-letter file", () => {
  it("keeps one line of JSON for each letter: error, attempts, time and record, no cause", async () => {
    await writeLetters({ x: 1 });
    await expect(readFile(path, "utf8")).resolves.toBe(
      '{"time":"2023-11-14T22:13:20.000Z","code":"server","message":"model raised","retryable":true,"delivery":"answered","attempts":3,"record":{"x":1}}\n',
    );
  });

  it("gives records back equal, with bigints, typed arrays, bytes and NaN", async () => {
    const records = [
      { id: 2n ** 60n, x: Number.NaN, pixels: Float32Array.of(1, -0), raw: Uint8Array.of(10) },
      { text: "two\nlines", nothing: undefined },
    ];
    await writeLetters(...records);
    await expect(collect(redrive(path))).resolves.toEqual(records);
    const [first] = await collect(readDeadLetters(path));
    expect(first).toMatchObject({
      code: "server",
      message: "model raised",
      retryable: true,
      delivery: "answered",
      attempts: 3,
      time: new Date(1_700_000_000_000),
    });
  });

  it("passes over a line that a crash left unfinished, wherever it was cut", async () => {
    await writeLetters({ x: 1 });
    const first = await readFile(path);
    await writeLetters({ x: 2 });
    const both = await readFile(path);
    for (let size = first.length; size < both.length; size += 1) {
      await writeFile(path, both.subarray(0, size));
      await expect(collect(redrive(path))).resolves.toEqual([{ x: 1 }]);
    }
  });

  it("is opened again behind its last whole letter", async () => {
    await writeLetters({ x: 1 }, { x: 2 });
    await truncate(path, (await readFile(path)).length - 5);
    await writeLetters({ x: 3 });
    await expect(collect(redrive(path))).resolves.toEqual([{ x: 1 }, { x: 3 }]);
  });

  it.each(["not letters", "line\nnot letters", "line\n", '{"a":1}\n{"time":"20'])(
    "leaves somebody else's file as it is: %j",
    async (text) => {
      await writeFile(path, text);
      await expect(openDeadLetterFile(path)).rejects.toThrow("expected a file of dead letters");
      await expect(readFile(path, "utf8")).resolves.toBe(text);
    },
  );

  it("names the line of something that is no letter, and quotes nothing of it", async () => {
    await writeLetters({ x: 1 });
    await appendFile(path, "{secret\n");
    const read = await collect(readDeadLetters(path)).catch((error: unknown) => error);
    expect(read).toMatchObject({
      message: `"${path}", line 2: expected a dead letter, found none`,
    });
    expect(Object(read).cause).toBeUndefined();
  });

  it("is read as far as it went at first, so that what fails again may go to the same file", async () => {
    // More than the file's stream reads ahead.
    const pad = "x".repeat(100_000);
    await writeLetters({ x: 1, pad }, { x: 2, pad });
    await using letters = await openDeadLetterFile(path);
    let read = 0;
    for await (const record of redrive(path)) {
      read += 1;
      if (read > 5) break;
      await letters.write(letter(record));
    }
    expect({ read, written: letters.count }).toEqual({ read: 2, written: 2 });
  });

  it("gives back only the letters that are wanted", async () => {
    await writeLetters({ x: 1 });
    await expect(collect(redrive(path, ({ retryable }) => !retryable))).resolves.toEqual([]);
  });

  it("writes what is under way before it closes, and nothing after", async () => {
    const letters = await openDeadLetterFile(path, { sync: "on-close" });
    const writes = [letters.write(letter({ x: 1 })), letters.write(letter({ x: 2 }))];
    await letters.close();
    await Promise.all(writes);
    await expect(letters.write(letter({ x: 3 }))).rejects.toMatchObject({ code: "closed" });
    await expect(collect(redrive(path))).resolves.toEqual([{ x: 1 }, { x: 2 }]);
  });

  it("refuses a record that could not come back, and keeps the others", async () => {
    await using letters = await openDeadLetterFile(path);
    const refused = letters.write(letter({ f: () => 1 }));
    await expect(refused).rejects.toThrow("record.f: expected a value");
    await letters.write(letter({ x: 1 }));
    await expect(collect(redrive(path))).resolves.toEqual([{ x: 1 }]);
  });

  it("is empty for an empty file, and an error for none", async () => {
    await writeFile(path, "");
    await expect(collect(redrive(path))).resolves.toEqual([]);
    await expect(collect(redrive(join(folder, "none")))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

it("takes what a model could not predict, and gives it back to one that can", async () => {
  const transport = createMemoryTransport({ models: createStandardModels() });
  const poison = {
    transport,
    model: "poison",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    batchSize: 4,
    maxRetries: 0,
  };
  {
    await using letters = await openDeadLetterFile(path);
    await using model = await createModel({
      ...poison,
      onError: "dead-letter",
      onDeadLetter: letters.write,
      closeTransport: false,
    });
    const rows = model.predictAll([{ IN: 1 }, { IN: -2 }, { IN: 3 }, { IN: -4 }]);
    await expect(collect(rows)).resolves.toHaveLength(2);
    expect(letters.count).toBe(2);
  }
  const mended = async function* (): AsyncGenerator<{ IN: number }> {
    for await (const { IN } of redrive<{ IN: number }>(path)) yield { IN: -IN };
  };
  await using model = await createModel(poison);
  await expect(collect(model.predictAll(mended(), { join: true }))).resolves.toMatchObject([
    { IN: 2 },
    { IN: 4 },
  ]);
});
