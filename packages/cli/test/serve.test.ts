import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeModel } from "../training/onnx-writer.ts";
import { collect, run } from "./run.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "nereid-serve-"));
afterAll(() => rmSync(folder, { recursive: true }));

const addOne = join(folder, "add-one.onnx");
writeFileSync(
  addOne,
  writeModel({
    name: "g",
    nodes: [{ op: "Add", inputs: ["x", "one"], outputs: ["y"] }],
    constants: [{ name: "one", shape: [], data: Float32Array.of(1) }],
    inputs: [{ name: "x", type: "FLOAT", shape: ["n", 2] }],
    outputs: [{ name: "y", type: "FLOAT", shape: ["n", 2] }],
  }),
);

/** Runs a server until `use` has ended. */
async function serve(
  args: readonly string[],
  use: (http: string, grpc: string) => Promise<void>,
): Promise<number> {
  const drain = new AbortController();
  const progress = collect();
  const running = run(["serve", ...args, "--http-port", "0", "--grpc-port", "0"], {
    drain: drain.signal,
    progress: progress.stream,
  });
  await expect.poll(() => progress.text(), { timeout: 20_000 }).toContain("grpc://");
  const [, http = "", grpc = ""] = progress.text().trim().split("\n");
  await use(http, grpc).finally(() => drain.abort(new Error("interrupted")));
  return (await running).code;
}

describe("nereid serve", () => {
  it("answers over HTTP and gRPC with a model of this machine", async () => {
    const stdin = '{"x":[1,2]}\n{"x":[3,4.5]}\n';
    const code = await serve([addOne], async (http, grpc) => {
      for (const url of [http, grpc]) {
        const { out } = await run(["predict", url, "add-one", "--batch-size", "8"], { stdin });
        expect(out).toBe('{"y":[2,3]}\n{"y":[4,5.5]}\n');
      }
      const { out } = await run(["inspect", http, "add-one"]);
      expect(out).toMatch(/^server +nereid/m);
      expect(out).toMatch(/^input +x +FP32 +\[-1, ?2\]$/m);
      expect(out).toContain("at most 64 rows in a request");
    });
    expect(code).toBe(0);
  }, 60_000);

  it("serves the classifier of the demo and a sum without a file", async () => {
    await serve([], async (http) => {
      const { out } = await run(["types", http, "language"]);
      expect(out).toContain("export const language = {");
      const sums = await run(["predict", http, "sum"], { stdin: '{"a":1,"b":2.5}\n' });
      expect(sums.out).toBe('{"sum":3.5,"difference":-1.5}\n');
    });
  }, 60_000);

  it("says in one line that a port is taken, a file is no model, or a name stands for two", async () => {
    await serve([addOne], async (http) => {
      const { port } = new URL(http);
      const taken = await run(["serve", addOne, "--http-port", port, "--grpc-port", "0"]);
      expect(taken.code).toBe(2);
      expect(taken.err).toBe(
        `nereid: --http-port: expected a free port, found ${port} taken; 0 is any free one\n`,
      );
    });
    const none = await run(["serve", join(folder, "none.onnx")]);
    const twice = await run(["serve", addOne, addOne]);
    expect(none.code).toBe(2);
    expect(none.err).toContain("none.onnx");
    expect(twice.code).toBe(2);
    expect(twice.err).toContain('found "add-one" twice');
  }, 60_000);
});
