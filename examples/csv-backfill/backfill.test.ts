import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryTransport, createStandardModels } from "@nereid/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { backfill } from "./backfill.ts";

const count = 1000;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nereid-csv-"));
});
afterAll(() => rm(folder, { recursive: true }));

const models = createStandardModels();

it("goes on where it was killed, and writes each row once", async () => {
  const files = { input: join(folder, "in.csv"), output: join(folder, "out.csv") };
  const lines = Array.from({ length: count }, (_, index) => `r${index},${index}\n`);
  await writeFile(files.input, `id,value\n${lines.join("")}`);

  const kill = new AbortController();
  let sent = 0;
  const gate = async (): Promise<void> => {
    sent += 1;
    if (sent === 20) kill.abort(new Error("killed"));
  };
  const killed = backfill(createMemoryTransport({ models, gate }), files, kill.signal);
  await expect(killed).rejects.toThrow("killed");

  const transport = createMemoryTransport({ models });
  const rest = await backfill(transport, files);
  expect(rest).toBeLessThan(count);
  expect(rest).toBeGreaterThan(0);
  const written = (await readFile(files.output, "utf8")).trimEnd().split("\n");
  expect(written).toEqual([
    "id,score",
    ...Array.from({ length: count }, (_, index) => `r${index},${index * 2}`),
  ]);
});

it("has nothing to do when it has been finished", async () => {
  const files = { input: join(folder, "small.csv"), output: join(folder, "small-out.csv") };
  await writeFile(files.input, "id,value\na,1\nb,2\n");
  expect(await backfill(createMemoryTransport({ models }), files)).toBe(2);
  expect(await backfill(createMemoryTransport({ models }), files)).toBe(0);
  expect(await readFile(files.output, "utf8")).toBe("id,score\na,2\nb,4\n");
});
