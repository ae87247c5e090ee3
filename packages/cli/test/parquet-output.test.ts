import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { collect, run } from "./run.fixture.ts";

const server = await startV2Server({ models: createStandardModels() });
const folder = mkdtempSync(join(tmpdir(), "nereid-parquet-output-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

let made = 0;
/** Runs a model over JSON lines, or over a file, and reads the Parquet that comes out. */
async function predict(
  model: string,
  input: string | { readonly file: string },
  flags: readonly string[] = [],
) {
  made += 1;
  const path = join(folder, `${made}.parquet`);
  const files = typeof input === "string" ? [] : [input.file];
  const stdin = typeof input === "string" ? input : "";
  const args = ["predict", server.url, model, ...files, "-o", path, ...flags];
  const { code, err } = await run(args, { stdin });
  const bytes = new Uint8Array(readFileSync(path)).buffer;
  const { schema, row_groups: groups } = parquetMetadata(bytes);
  const types = schema
    .slice(1)
    .map(({ name, type, converted_type: converted }) =>
      [name, type, converted].filter((word) => word !== undefined).join(" "),
    );
  return { code, err, types, groups, rows: await parquetReadObjects({ file: bytes }) };
}

describe("nereid predict -o rows.parquet", () => {
  it.each([
    ["echo_int64", "[9007199254740993,-1]", [9007199254740993n, -1n], "INT64"],
    ["echo_uint64", "[18446744073709551615]", [18446744073709551615n], "INT64 UINT_64"],
    ["echo_uint32", "[4294967295,0]", [4294967295, 0], "INT32 UINT_32"],
    ["echo_int8", "[-128]", [-128], "INT32 INT_8"],
    ["echo_bool", "[true,false]", [true, false], "BOOLEAN"],
    ["echo_fp32", '[0.5,"NaN",-0]', [0.5, Number.NaN, -0], "FLOAT"],
    ["echo_fp64", "[0.1]", [0.1], "DOUBLE"],
    ["echo_fp16", "[0.5]", [0.5], "FLOAT"],
    ["echo_bytes", '["häß",""]', ["häß", ""], "BYTE_ARRAY UTF8"],
  ])("has the types that %s has", async (model, list, expected, type) => {
    const { types, rows } = await predict(model, `{"IN":${list}}\n{"IN":[]}\n`);
    expect(types).toEqual(["OUT LIST", "list", `element ${type}`]);
    expect(rows.map((row) => row["OUT"])).toEqual([expected, []]);
  });

  it("has lists, the record's own fields in front, and null where a record has none", async () => {
    const ones = Array.from({ length: 16 }, (_, index) => index);
    const record = { INPUT0: ones, INPUT1: ones.map(() => 1) };
    const lines = [
      { ...record, id: 7 },
      { note: "x", ...record },
    ];
    const stdin = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    const { types, rows } = await predict("add_sub", stdin, ["--join"]);
    expect(types).toContain("element DOUBLE");
    expect(types).toContain("element FLOAT");
    const OUTPUT0 = ones.map((one) => one + 1);
    expect(rows[0]).toMatchObject({ ...record, OUTPUT0, id: "7", note: null });
    expect(rows[1]).toMatchObject({ OUTPUT0, id: null, note: "x" });
  });

  it("keeps the types that columns have in a Parquet input, and every digit", async () => {
    const at = new Date("2026-01-02T03:04:05.678Z");
    const file = join(folder, "typed.parquet");
    const columnData = [
      { name: "IN", data: [0.1, 2], type: "DOUBLE" as const },
      { name: "id", data: [2n ** 62n, null], type: "INT64" as const },
      { name: "at", data: [at, at], type: "TIMESTAMP" as const },
      { name: "raw", data: [Uint8Array.of(255, 0), null], type: "BYTE_ARRAY" as const },
      { name: "OUT", data: ["taken", null], type: "STRING" as const },
    ];
    writeFileSync(file, new Uint8Array(parquetWriteBuffer({ columnData })));
    const { code, types, rows } = await predict("poison", { file }, ["--join"]);
    expect(code).toBe(0);
    expect(types).toEqual([
      "IN DOUBLE",
      "id INT64",
      "at INT64 TIMESTAMP_MILLIS",
      "raw BYTE_ARRAY",
      "OUT BYTE_ARRAY UTF8",
      "OUT0 FLOAT",
    ]);
    expect(rows[0]).toMatchObject({ IN: 0.1, id: 2n ** 62n, at, OUT: "taken" });
    expect(rows[1]).toMatchObject({ IN: 2, id: null, raw: null, OUT: null, OUT0: 4 });
  });

  it("writes row groups as they fill, and refuses a column that comes later", async () => {
    // Three of these are more than a row group holds.
    const note = "x".repeat(6 * 1024 * 1024);
    const lines = [1, 2, 3, 4].map((IN) => `${JSON.stringify({ IN, note })}\n`).join("");
    const late = `${lines}{"IN":5,"late":true}\n`;
    const { code, err, groups, rows } = await predict("poison", late, ["--join"]);
    expect(code).toBe(1);
    expect(err).toContain('expected the columns that the first 3 rows have, found also "late"');
    expect(groups.map((group) => Number(group.num_rows))).toEqual([3, 1]);
    expect(rows.map((row) => row["OUT"])).toEqual([2, 4, 6, 8]);
    expect(rows.every((row) => row["note"] === note)).toBe(true);
  });

  it("ends as a whole file when no row came, and when the run was interrupted", async () => {
    const none = await predict("poison", "");
    const drain = AbortSignal.abort(new Error("interrupted"));
    const path = join(folder, "interrupted.parquet");
    const args = ["predict", server.url, "poison", "-o", path];
    const { code } = await run(args, { stdin: '{"IN":1}\n', drain });
    expect(none).toMatchObject({ code: 0, types: ["OUT FLOAT"], rows: [] });
    // Interrupted before the model was asked: nothing was opened.
    expect([code, existsSync(path)]).toEqual([130, false]);
  });

  it("keeps failures out of the rows, and default values in them", async () => {
    const stdin = '{"IN":1}\n{"IN":-1}\n{"IN":"no number"}\n{"IN":2}\n';
    // The server batches what comes together, and without a retry a neighbour fails as well.
    const flags = ["--max-retries", "0", "--max-in-flight", "1"];
    const letters = join(folder, "letters.jsonl");
    const failed = await predict("poison", stdin, [...flags, "--dead-letter", letters]);
    const filled = await predict("poison", stdin, [
      ...flags,
      "--default-value",
      '{"OUT":0}',
      "--join",
    ]);
    expect([failed.code, failed.rows]).toEqual([1, [{ OUT: 2 }, { OUT: 4 }]]);
    expect(readFileSync(letters, "utf8").trimEnd().split("\n").length).toBe(2);
    expect(filled.rows.map((row) => [row["IN"], row["OUT"]])).toEqual([
      [1, 2],
      [-1, 0],
      [null, 0],
      [2, 4],
    ]);
  });

  it("goes to a pipe, and neither to a terminal nor with --resume", async () => {
    const args = ["predict", server.url, "poison", "--output-format", "parquet"];
    const out = collect();
    expect((await run(args, { stdin: '{"IN":1}\n', output: out.stream })).code).toBe(0);
    const bytes = new Uint8Array(out.bytes()).buffer;
    expect(await parquetReadObjects({ file: bytes })).toEqual([{ OUT: 2 }]);

    const sent = server.requests.length;
    const onTerminal = await run(args, { output: collect({ isTTY: true }).stream });
    const checkpoint = join(folder, "checkpoint");
    const file = join(folder, "typed.parquet");
    const resumed = await run([...args, file, "-o", "x.parquet", "--resume", checkpoint]);
    expect(onTerminal).toMatchObject({ code: 2 });
    expect(onTerminal.err).toContain("expected a file or a pipe, found a terminal");
    expect(resumed.code).toBe(2);
    expect(resumed.err).toContain("--resume: expected JSON lines as output, found another format");
    expect(server.requests.length).toBe(sent);
  });
});
