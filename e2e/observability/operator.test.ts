import { fileURLToPath } from "node:url";
import { createOtelLayer } from "@nereid/metrics-otel";
import { runPipeline, startMetricsServer, type MetricsServer } from "@nereid/example-observability";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleUrl, readDashboard } from "./dashboard.ts";
import { promtool, startPrometheus, type Prometheus } from "./prometheus.ts";
import { causeTrouble, type Trouble } from "./trouble.ts";

const rules = (name: string): string => fileURLToPath(new URL(`prometheus/${name}`, exampleUrl));
const dashboard = readDashboard();

it("has rules that Prometheus takes, and that raise what they should and nothing else", async () => {
  await promtool("check", "rules", rules("nereid.rules.yml"));
  await promtool("test", "rules", rules("nereid.rules.test.yml"));
});

it("has a pipeline that loses no value", async () => {
  await using server = await startV2Server({ models: createStandardModels() });
  await using metrics = await startMetricsServer(0);
  const telemetry = createOtelLayer({ meterProvider: metrics.meterProvider });
  const values = [1, 2, -1, 3, 4, 5, 6];
  const { scored, failed, sums } = await runPipeline({ endpoint: server.url, telemetry }, values);
  expect([scored, failed]).toEqual([6, 1]);
  expect([...sums]).toEqual([
    ["user-0", 2 + 8],
    ["user-1", 4 + 10],
    ["user-2", 6 + 12],
  ]);
  const text = await (await fetch(metrics.url)).text();
  expect(text).toMatch(/nereid_records_total\{.*nereid_outcome="failed".*\} 1\n/);
});

describe("an operator with nothing but the dashboard", () => {
  let metrics: MetricsServer;
  let trouble: Trouble;
  let prometheus: Prometheus;

  beforeAll(async () => {
    metrics = await startMetricsServer(0);
    const { meterProvider } = metrics;
    trouble = await causeTrouble(createOtelLayer({ meterProvider, serverStatistics: true }));
    prometheus = await startPrometheus(metrics.url, rules("nereid.rules.yml"));
  }, 120_000);
  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    await trouble?.[Symbol.asyncDispose]();
    await metrics[Symbol.asyncDispose]();
    expect(trouble?.failure).toBeUndefined();
  });

  /** The value of a panel's query for one model, once it is as expected. */
  const see = async (
    panel: string,
    legend: string,
    labels: Readonly<Record<string, string>>,
    isExpected: (value: number) => boolean,
  ): Promise<number> => {
    const query = dashboard.find((one) => one.panel === panel && one.legend === legend);
    if (query === undefined) throw new Error(`no query "${legend}" in "${panel}"`);
    const valueOf = (samples: Awaited<ReturnType<Prometheus["query"]>>): number | undefined =>
      samples.find((sample) =>
        Object.entries(labels).every(([name, value]) => sample.labels[name] === value),
      )?.value;
    const samples = await prometheus.queryUntil(query.expression, (found) => {
      const value = valueOf(found);
      return value !== undefined && isExpected(value);
    });
    return valueOf(samples) ?? Number.NaN;
  };
  const more = (than: number) => (value: number) => value > than;

  it.each(dashboard)("finds $panel: $legend with something in it", async ({ expression }) => {
    const samples = await prometheus.queryUntil(expression, (found) =>
      found.some(({ value }) => Number.isFinite(value)),
    );
    expect(samples.length).toBeGreaterThan(0);
  });

  it("tells whether a model is slow because of its queue, the network or the server", async () => {
    const where = "Where the time goes";
    const timesOf = async (name: string) => {
      const model = { nereid_model_name: name };
      const exchange = await see(where, "exchange", model, more(0.03));
      const server = await see(where, "server", model, Number.isFinite);
      return { queue: await see(where, "queue", model, Number.isFinite), exchange, server };
    };
    const queue = await timesOf("echo_fp32");
    expect(queue.queue).toBeGreaterThan(queue.exchange);
    const network = await timesOf("echo_fp64");
    expect(network.server).toBeLessThan(network.exchange / 4);
    const work = await timesOf("echo_int16");
    expect(work.server).toBeGreaterThan(work.exchange / 2);
    expect(work.queue).toBeLessThan(work.exchange / 2);
  });

  it("tells the same of a model over gRPC", async () => {
    const model = { nereid_model_name: "echo_int32" };
    const exchange = await see("Where the time goes", "exchange", model, more(0.03));
    const server = await see("Where the time goes", "server", model, Number.isFinite);
    expect(server).toBeGreaterThan(exchange / 2);
    await see("Connection pool", "total", model, (value) => value === 1);
    await see("Connection pool", "queued", model, (value) => value === 0);
  });

  it.each([
    ["poison", "internal"],
    ["echo_uint8", "deadline"],
    ["echo_int8", "circuit-open"],
  ])("tells which rows fail and why: those of %s, %s", async (name, kind) => {
    const labels = { nereid_model_name: name, error_type: kind };
    await see("Failures by kind", "", labels, more(0));
  });

  it("tells how many rows fail: of poison one in eight", async () => {
    const { expression = "" } = dashboard.find(({ panel }) => panel === "Rows") ?? {};
    await prometheus.queryUntil(expression, (samples) => {
      const rate = (outcome: string): number =>
        samples.find(
          ({ labels }) =>
            labels["nereid_model_name"] === "poison" && labels["nereid_outcome"] === outcome,
        )?.value ?? 0;
      const failed = rate("failed") / (rate("ok") + rate("failed"));
      return failed > 0.12 && failed < 0.13;
    });
  });

  it("tells that the breaker is open, and for which server", async () => {
    const labels = { nereid_model_name: "echo_int8", nereid_state: "open" };
    await see("Circuit breaker", "", labels, (value) => value === 1);
    const other = { ...labels, nereid_model_name: "echo_int16" };
    await see("Circuit breaker", "", other, (value) => value === 0);
  });

  it("tells that the pool is too small", async () => {
    await see("Connection pool", "queued", { nereid_model_name: "echo_fp64" }, more(0));
    const other = { nereid_model_name: "echo_int16" };
    await see("Connection pool", "queued", other, (value) => value === 0);
  });

  it("tells that sequences are being lost", async () => {
    const labels = { nereid_model_name: "accumulator", nereid_change: "lost" };
    await see("Sequences", "", labels, more(0));
    await see("Sequences", "", { ...labels, nereid_change: "ended" }, more(0));
  });

  it.each([
    ["NereidRowsWithoutPrediction", "poison"],
    ["NereidCircuitOpen", "echo_int8"],
    ["NereidSequencesLost", "accumulator"],
    ["NereidQueueSlowerThanServer", "echo_fp32"],
    ["NereidPoolTooSmall", "echo_fp64"],
  ])("is about to hear %s of %s, and not of a model that is well", async (alert, name) => {
    const raised = await prometheus.queryUntil(`ALERTS{alertname="${alert}"}`, (found) =>
      found.some(({ labels }) => labels["nereid_model_name"] === name),
    );
    const names = raised.map(({ labels }) => labels["nereid_model_name"]);
    expect(names).not.toContain("echo_int32");
  });
});
