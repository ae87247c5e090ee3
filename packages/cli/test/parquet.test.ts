import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "./run.fixture.ts";

const server = await startV2Server({ models: createStandardModels() });
const folder = mkdtempSync(join(tmpdir(), "nereid-parquet-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

type Columns = Parameters<typeof parquetWriteBuffer>[0]["columnData"];

function writeParquet(name: string, columnData: Columns, rowGroupSize = 100): string {
  const path = join(folder, name);
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize })));
  return path;
}

describe("Parquet", () => {
  const count = 250;
  const ids = Array.from({ length: count }, (_, index) => `row ${index}`);

  it("is read row group by row group, with wide integers for narrow fields", async () => {
    const file = writeParquet("many.parquet", [
      { name: "id", data: ids, type: "STRING" },
      { name: "IN", data: ids.map((_, index) => index / 2), type: "DOUBLE" },
      { name: "other", data: ids.map((_, index) => BigInt(index)), type: "INT64" },
    ]);
    const { code, out } = await run(["predict", server.url, "poison", file, "--join"]);
    expect(code).toBe(0);
    const rows = out
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(rows).toEqual(ids.map((id, index) => ({ id, IN: index / 2, other: index, OUT: index })));
  });

  it("gives 64-bit integers to narrow fields where they fit", async () => {
    const file = writeParquet("version.parquet", [
      { name: "IN", data: [1n, 2n ** 40n], type: "INT64" },
    ]);
    const { code, out, err } = await run(["predict", server.url, "version", file]);
    expect(code).toBe(1);
    expect(out).toBe('{"OUT":2}\n');
    expect(err).toContain('row 2: field "IN"');
  });

  it("has the column that a sequence is named after, which is no input", async () => {
    const file = writeParquet("keys.parquet", [
      { name: "X", data: [1, 2, 3], type: "INT32" },
      { name: "user", data: ["a", "b", "c"], type: "STRING" },
    ]);
    const flags = ["--sequence-id", "${user}", "--sequence-start", "--sequence-end"];
    const { out } = await run(["predict", server.url, "sequence_id", file, ...flags]);
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).ID),
    ).toEqual(["a", "b", "c"]);
  });

  it("goes on in the middle of a row group", async () => {
    const data = ids.map((_, index) => index);
    const file = writeParquet("resume.parquet", [{ name: "IN", data, type: "DOUBLE" }]);
    const output = join(folder, "out.jsonl");
    const files = ["-o", output, "--resume", join(folder, "checkpoint")];
    const args = ["predict", server.url, "poison", file, ...files, "--max-in-flight", "1"];
    const drain = new AbortController();
    const last = server.requests.length + 150;
    server.setFaults((_request, index) => {
      if (index > last) drain.abort(new Error("interrupted"));
      return undefined;
    });
    const first = await run(args, { drain: drain.signal });
    server.setFaults(undefined);
    expect(first.code).toBe(130);
    const second = await run(args);
    expect(second.code).toBe(0);
    expect(second.err).toContain("were finished before");
    const rows = readFileSync(output, "utf8").trimEnd().split("\n");
    expect(rows.map((line) => JSON.parse(line).OUT)).toEqual(data.map((value) => 2 * value));
  });

  it("is told from other files, and cannot come from standard input", async () => {
    const file = join(folder, "no.parquet");
    writeFileSync(file, "this is no Parquet file at all");
    const other = await run(["predict", server.url, "poison", file]);
    const piped = await run(["predict", server.url, "poison", "--input-format", "parquet"]);
    expect(other).toMatchObject({ code: 1 });
    expect(other.err).toContain("expected a Parquet file, found another");
    expect(piped.code).toBe(2);
  });
});
