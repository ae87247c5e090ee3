/*
 * How much memory `nereid predict` needs for a long file:
 *
 *     pnpm --filter @nereid/cli memory [rows] [jsonl|csv|parquet ...]
 *
 * What is measured is the command as it is built, for a program that strips types needs more. For each
 * format, a file of so many records (default 10,000,000) goes through a model that doubles a number, over
 * HTTP, with --join, into a file of the same format. The command is a process of its own, whose largest
 * resident set is what its operating system says of it when it ends. Ends with 1 above 300 MB, or when a
 * row is missing.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { createTensor } from "@nereid/core/transport-kit";
import { startV2Server, type ServerModel } from "@nereid/testing";
import { readCount } from "../src/command/read-number.ts";
import { formats, writeInput, type Format } from "./write-input.ts";

const maxMegabytes = 300;
const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const tellMemory =
  'process.on("exit",()=>process.stderr.write(`\\npeak=${process.resourceUsage().maxRSS}\\n`))';

const double: ServerModel = {
  name: "double",
  maxBatchRows: 1024,
  inputs: [{ name: "IN", datatype: "FP32", shape: [1] }],
  outputs: [{ name: "OUT", datatype: "FP32", shape: [1] }],
  execute: (requests) =>
    requests.map(({ inputs }) => {
      const tensor = inputs.get("IN");
      if (tensor?.datatype !== "FP32") return { error: "expected FP32 for IN" };
      const doubled = tensor.data.map((value) => 2 * value);
      return [createTensor("OUT", "FP32", tensor.shape, doubled)];
    }),
};

const [count = "10000000", ...chosen] = process.argv.slice(2);
const rows = readCount(count);
const folder = mkdtempSync(join(tmpdir(), "nereid-memory-"));
await using server = await startV2Server({ models: [double], remember: false });
try {
  for (const format of formats) {
    if (chosen.length === 0 || chosen.includes(format)) await measure(format);
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(format: Format): Promise<void> {
  const [input, output] = [join(folder, `in.${format}`), join(folder, `out.${format}`)];
  writeInput(input, format, rows);
  const flags = ["--join", "--batch-size", "512", "-o", output];
  const node = ["--import", `data:text/javascript,${tellMemory}`];
  const args = [...node, program, "predict", server.url, "double", input, ...flags];
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  const told = await text(child.stderr);
  const seconds = (performance.now() - start) / 1000;
  const megabytes = (Number(/^peak=(\d+)$/m.exec(told)?.[1]) * 1024) / 1e6;
  const sizes = [input, output].map((path) => `${Math.round(statSync(path).size / 1e6)} MB`);
  const isWhole = told.includes(`${rows.toLocaleString("en")} ok`);
  process.stdout.write(
    `${format}: ${rows.toLocaleString("en")} rows, ${sizes.join(" in, ")} out, ${seconds.toFixed(0)} s, ` +
      `peak ${megabytes.toFixed(0)} MB of memory${isWhole ? "" : ", but not every row"}\n`,
  );
  if (!isWhole) process.stderr.write(told);
  if (!isWhole || !(megabytes < maxMegabytes)) process.exitCode = 1;
  for (const path of [input, output]) rmSync(path);
}
