import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStandardModels, startV2GrpcServer, startV2Server } from "@nereid/testing";
import { afterAll, describe, expect, it } from "vitest";
import { quantile, type Point } from "../src/bench/measure-point.ts";
import { pointsSvg } from "../src/bench/points-svg.ts";
import { recommend } from "../src/bench/recommend.ts";
import { run } from "./run.fixture.ts";

const server = await startV2Server({ models: createStandardModels() });
const grpc = await startV2GrpcServer({ models: server.host });
const folder = mkdtempSync(join(tmpdir(), "nereid-bench-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([server.close(), grpc.close()]);
});

const point = (given: Partial<Point>): Point => ({
  batchSize: 1,
  inFlight: 1,
  rowsPerSecond: 1,
  p50Ms: 1,
  p99Ms: 1,
  failedRows: 0,
  failure: undefined,
  ...given,
});

describe("nereid bench", () => {
  const grid = ["--batch-sizes", "8,1", "--in-flight", "1,4", "--duration-ms", "100"];

  it("measures each pair, and recommends one", async () => {
    const svg = join(folder, "curve.svg");
    const { code, out, err } = await run(["bench", server.url, "add_sub", ...grid, "--svg", svg]);
    expect(err).toBe("");
    expect(code).toBe(0);
    const pairs = [...out.matchAll(/^ +(\d+) +(\d+) +[\d,]+ +[\d.]+ +[\d.]+/gm)];
    expect(pairs.map(([, batch, inFlight]) => [batch, inFlight])).toEqual([
      ["1", "1"],
      ["1", "4"],
      ["8", "1"],
      ["8", "4"],
    ]);
    expect(out).toMatch(/^recommended: --batch-size \d --max-in-flight \d$/m);
    expect(readFileSync(svg, "utf8").match(/<polyline/g)).toHaveLength(4);
  });

  it("sends the records of a file, over gRPC as well", async () => {
    const file = join(folder, "rows.jsonl");
    writeFileSync(file, '{"IN":3}\n{"IN":4}\n');
    const before = server.host.received.length;
    const { out } = await run(["bench", grpc.url, "poison", file, ...grid, "--json"]);
    const { points } = JSON.parse(out);
    expect(points).toHaveLength(4);
    expect(points.every(({ rowsPerSecond }: Point) => rowsPerSecond > 0)).toBe(true);
    const values = server.host.received
      .slice(before)
      .flatMap(({ inputs }) =>
        inputs.flatMap(({ data }) => (data instanceof Float32Array ? [...data] : [])),
      );
    expect(new Set(values)).toEqual(new Set([3, 4]));
  });

  it("recommends nothing when rows fail, and says why they do", async () => {
    const file = join(folder, "poison.jsonl");
    writeFileSync(file, '{"IN":-1}\n');
    const { code, out } = await run(["bench", server.url, "poison", file, ...grid]);
    expect(code).toBe(1);
    expect(out).toContain("no setting can be recommended");
    expect(out).toContain("poison value in the batch");
  });

  it("says which batch sizes it leaves out, for the model takes less", async () => {
    const args = ["--batch-sizes", "8,100", "--in-flight", "1", "--duration-ms", "20", "--json"];
    const { out, err } = await run(["bench", server.url, "poison", ...args]);
    const { points } = JSON.parse(out);
    expect(points.map(({ batchSize }: Point) => batchSize)).toEqual([8]);
    expect(err).toContain("batch sizes left out: 100; the model takes at most 64\n");
  });

  it("measures one row at a time for a model without a batch dimension", async () => {
    const { out } = await run(["bench", server.url, "version", ...grid, "--json"]);
    const { points } = JSON.parse(out);
    expect(points.map(({ batchSize }: Point) => batchSize)).toEqual([1, 1]);
  });
});

describe("the recommended setting", () => {
  it("has the shortest p99 of those that are about as fast as the fastest", () => {
    const fast = point({ inFlight: 16, rowsPerSecond: 1000, p99Ms: 80 });
    const good = point({ inFlight: 4, rowsPerSecond: 960, p99Ms: 20 });
    const slow = point({ inFlight: 1, rowsPerSecond: 500, p99Ms: 5 });
    const failing = point({ inFlight: 64, rowsPerSecond: 5000, p99Ms: 1, failedRows: 1 });
    expect(recommend([slow, fast, good, failing])).toBe(good);
    expect(recommend([failing])).toBeUndefined();
  });
});

describe("quantile", () => {
  it("is the value at the nearest rank", () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(quantile(values, 0.5)).toBe(50);
    expect(quantile(values, 0.99)).toBe(99);
    expect(quantile([7], 0.99)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("the curves", () => {
  it("are drawn also where nothing was measured, and names cannot break out", () => {
    const svg = pointsSvg("<a&b>", [point({ rowsPerSecond: 0, p99Ms: Number.NaN })]);
    expect(svg).toContain("<title>&lt;a&amp;b&gt;</title>");
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});
