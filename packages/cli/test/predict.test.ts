import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStandardModels, startV2GrpcServer, startV2Server } from "@nereid/testing";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { run } from "./run.fixture.ts";

const server = await startV2Server({ models: createStandardModels() });
const grpc = await startV2GrpcServer({ models: server.host });
const folder = mkdtempSync(join(tmpdir(), "nereid-predict-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([server.close(), grpc.close()]);
});
beforeEach(() => server.setFaults(undefined));

const path = (name: string): string => join(folder, name);
const write = (name: string, text: string): string => {
  writeFileSync(path(name), text);
  return path(name);
};
const lines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
const numbers = (count: number): string =>
  Array.from({ length: count }, (_, index) => `{"IN":${index}}\n`).join("");

describe.each([
  ["HTTP", server.url],
  ["gRPC", grpc.url],
])("nereid predict over %s", (_, url) => {
  it("answers JSON lines of standard input in their order", async () => {
    const { code, out, err } = await run(["predict", url, "poison"], { stdin: numbers(300) });
    expect(code).toBe(0);
    expect(lines(out)).toEqual(Array.from({ length: 300 }, (_, index) => ({ OUT: 2 * index })));
    expect(err).toMatch(/^300 rows in .* \(.* rows\/s\): 300 ok\n$/);
  });

  it("puts the record in front with --join, and keeps what the model does not know", async () => {
    const stdin = '{"id":"a","IN":1,"big":12345678901234567890}\n{"id":"b","IN":2.5}\n';
    const { out } = await run(["predict", url, "poison", "--join"], { stdin });
    expect(out).toBe(
      '{"id":"a","IN":1,"big":12345678901234567890,"OUT":2}\n{"id":"b","IN":2.5,"OUT":5}\n',
    );
  });

  it("puts rows together with --batch-size", async () => {
    const before = server.host.ledger.length;
    const args = ["predict", url, "poison", "--batch-size", "32", "--no-ordered"];
    const { out } = await run(args, { stdin: numbers(640) });
    expect(new Set(out.trimEnd().split("\n")).size).toBe(640);
    const sizes = server.host.ledger.slice(before).map(({ rows }) => rows);
    expect(Math.max(...sizes)).toBeGreaterThanOrEqual(32);
  });
});

describe("rows that fail", () => {
  // The server batches what comes together, and without a retry a neighbour fails as well.
  const lone = ["--max-in-flight", "1", "--max-retries", "0"];
  const stdin = `${numbers(3)}this is no JSON\n{"IN":"text"}\n{"IN":-1}\n{"IN":4}\n`;

  it("are told and counted, and cost their neighbours nothing", async () => {
    const { code, out, err } = await run(["predict", server.url, "poison", ...lone], { stdin });
    expect(code).toBe(1);
    expect(lines(out)).toEqual([{ OUT: 0 }, { OUT: 2 }, { OUT: 4 }, { OUT: 8 }]);
    expect(err).toContain("row 4: standard input:4: expected a JSON object, found another text");
    expect(err).toContain('row 5: field "IN": expected');
    expect(err).toContain("row 6: ");
    expect(err).toMatch(/7 rows in .*: 4 ok, 3 failed\n$/);
  });

  it("go to the dead letters, from which they can be sent again", async () => {
    const letters = path("letters.jsonl");
    const args = ["predict", server.url, "poison", ...lone, "--dead-letter", letters];
    const { code } = await run(args, { stdin, wallNow: () => Date.UTC(2026, 0, 2) });
    expect(code).toBe(1);
    const dead = lines(readFileSync(letters, "utf8"));
    expect(dead).toMatchObject([
      { row: 4, text: "this is no JSON", error: { code: "encode" } },
      { row: 5, record: { IN: "text" }, error: { code: "encode", delivery: "not-sent" } },
      {
        row: 6,
        time: "2026-01-02T00:00:00.000Z",
        record: { IN: -1 },
        error: { code: "server", delivery: "answered", outcome: "internal" },
      },
    ]);
    writeFileSync(letters, readFileSync(letters, "utf8").replace('"IN":-1', '"IN":21'));
    const again = await run([
      "predict",
      server.url,
      "poison",
      letters,
      "--input-format",
      "dead-letters",
    ]);
    expect(again.out).toBe('{"OUT":42}\n');
  });

  it("become a default value when there is one, which is told in the summary", async () => {
    const args = [
      "predict",
      server.url,
      "poison",
      "--default-value",
      '{"OUT":-7}',
      "--max-retries",
      "0",
    ];
    const { code, out, err } = await run(args, { stdin: '{"IN":1}\n{"IN":-1}\n' });
    expect(code).toBe(0);
    expect(lines(out)).toEqual([{ OUT: 2 }, { OUT: -7 }]);
    expect(err).toContain("1 ok, 1 default value");
  });

  it("end the run with --on-error fail, behind the rows that came before", async () => {
    const args = ["predict", server.url, "poison", "--on-error", "fail", ...lone];
    const { code, out, err } = await run(args, { stdin: `{"IN":1}\n{"IN":-1}\n${numbers(500)}` });
    expect(code).toBe(1);
    expect(out.startsWith('{"OUT":2}\n')).toBe(true);
    expect(out.split("\n").length).toBeLessThan(20);
    expect(err).toContain("stopped for failures");
  });

  it("end the run with --max-failures", async () => {
    const args = ["predict", server.url, "poison", "--max-failures", "3", ...lone];
    const { code, err } = await run(args, { stdin: '{"IN":-1}\n'.repeat(500) });
    expect(code).toBe(1);
    expect(err).toMatch(/stopped for failures: \d rows in/);
  });
});

describe("values", () => {
  const echo = async (model: string, line: string, ...args: string[]): Promise<string> => {
    const { out, err } = await run(["predict", server.url, model, ...args], { stdin: line });
    return out === "" ? err : out;
  };

  it.each([
    ["echo_fp32", '[1.5,"NaN","-Infinity",-0]'],
    ["echo_fp64", '[0.1,"Infinity"]'],
    ["echo_fp16", "[0.5,-2]"],
    ["echo_int64", "[9223372036854775807,-1]"],
    ["echo_uint64", "[18446744073709551615]"],
    ["echo_int8", "[-128,127]"],
    ["echo_uint8", "[0,255]"],
    ["echo_bool", "[true,false]"],
    ["echo_bytes", '["","häß\\n\\"","🐚"]'],
  ])("%s keeps %s as it is", async (model, value) => {
    expect(await echo(model, `{"IN":${value}}\n`)).toBe(`{"OUT":${value}}\n`);
  });

  it("takes 64-bit integers as text too", async () => {
    expect(await echo("echo_int64", '{"IN":["-9007199254740993"]}\n')).toBe(
      '{"OUT":[-9007199254740993]}\n',
    );
  });

  it("carries bytes in base64 where fields are declared as bytes", async () => {
    const args = ["--input-field", "IN:bytes[]", "--output-field", "OUT:bytes[]"];
    expect(await echo("echo_bytes", '{"IN":["/wD+"]}\n', ...args)).toBe('{"OUT":["/wD+"]}\n');
  });
});

describe("CSV", () => {
  it("is typed by the model and written as the file's name says", async () => {
    const file = write("in.csv", '\ufeffid,IN\r\n"a,""1""\n",1\r\nb,2.5\r\n');
    const output = path("out.csv");
    const { code } = await run(["predict", server.url, "poison", file, "--join", "-o", output]);
    expect(code).toBe(0);
    expect(readFileSync(output, "utf8")).toBe('id,IN,OUT\n"a,""1""\n",1,2\nb,2.5,5\n');
  });

  it("has lists as JSON in a cell", async () => {
    const file = write("lists.csv", 'IN\n"[1,2,""NaN""]"\n[]\n');
    const { out } = await run(["predict", server.url, "echo_fp32", file, "--output-format", "csv"]);
    expect(out).toBe('OUT\n"[1,2,""NaN""]"\n[]\n');
  });

  it("blames the row that has too few cells, and the cell that is no number", async () => {
    const file = write("bad.csv", "id,IN\na,1\nb\nc,x\nd,\ne,5\n");
    const { code, out, err } = await run(["predict", server.url, "poison", file]);
    expect(code).toBe(1);
    expect(lines(out)).toEqual([{ OUT: 2 }, { OUT: 10 }]);
    expect(err).toContain(`row 2: ${file}, row 2: expected 2 cells, found 1`);
    expect(err).toContain('row 3: field "IN"');
    expect(err).toContain('row 4: field "IN"');
  });

  it("has quotes as characters in a cell that has none around it", async () => {
    const file = write("inches.csv", 'size,IN\n5"pipe,1\n"a ""b""",2\n');
    const { code, out } = await run(["predict", server.url, "poison", file, "--join"]);
    expect(code).toBe(0);
    expect(lines(out)).toEqual([
      { size: '5"pipe', IN: 1, OUT: 2 },
      { size: 'a "b"', IN: 2, OUT: 4 },
    ]);
  });

  it("ends with an error where the quotes do not fit", async () => {
    const file = write("quotes.csv", 'IN\n1\n"2\n');
    const { code, err } = await run(["predict", server.url, "poison", file]);
    expect(code).toBe(1);
    expect(err).toContain("expected CSV, found an error in it: Quote Not Closed");
  });

  it("reads tabs from TSV, and several files one behind the other", async () => {
    const one = write("one.tsv", "IN\tid\n1\ta\n");
    const two = write("two.jsonl", '\n{"IN":2}\r\n\n{"IN":3}');
    const { out } = await run(["predict", server.url, "poison", one, two, "-"], {
      stdin: '{"IN":4}\n',
    });
    expect(lines(out)).toEqual([{ OUT: 2 }, { OUT: 4 }, { OUT: 6 }, { OUT: 8 }]);
  });
});

describe("a command line of predict that cannot work", () => {
  const output = path("kept.jsonl");
  it.each([
    [["--on-error", "dead-letter"], "--on-error dead-letter: expected --dead-letter FILE"],
    [["--resume", "c"], "--resume: expected --output FILE with it"],
    [["--resume", "c", "-o", output], "--resume: expected files to read, found standard input"],
    [["--max-retries", "many", "-o", output], "--max-retries: expected a whole number"],
    [["--batch-size", "65", "-o", output], "--batch-size: "],
    [["--input-field", "IN:float"], "--input-field: expected name:type such as"],
    [["no-such.csv", "-o", output], "no-such.csv: expected a file, found none"],
    [[".", "-o", output], ".: expected a file, found a folder"],
    [["--input-format", "xml"], "Allowed choices are jsonl, csv"],
    [["--on-error", "ignore"], "--on-error: expected fail or skip or default or dead-letter"],
  ])("%j ends with 2 and touches nothing", async (args, message) => {
    writeFileSync(output, "kept");
    const { code, err, out } = await run(["predict", server.url, "poison", ...args]);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe("");
    expect(readFileSync(output, "utf8")).toBe("kept");
  });

  it("never writes into what it reads", async () => {
    const file = write("same.jsonl", '{"IN":1}\n');
    const { code } = await run(["predict", server.url, "poison", file, "-o", file]);
    expect(code).toBe(2);
    expect(readFileSync(file, "utf8")).toBe('{"IN":1}\n');
  });
});
