import { createOtelLayer } from "@nereid/metrics-otel";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { runPipeline, startMetricsServer } from "./pipeline.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

await using server = await startV2Server({ models: createStandardModels() });
await using metrics = await startMetricsServer(9464);
const telemetry = createOtelLayer({
  meterProvider: metrics.meterProvider,
  serverStatistics: true,
});
say(`metrics at ${metrics.url}; Ctrl-C ends`);

let isOver = false;
process.once("SIGINT", () => (isOver = true));
while (!isOver) {
  // Every hundredth value is one that the model refuses.
  const values = Array.from({ length: 1000 }, (_, index) => (index % 100 === 99 ? -1 : index % 7));
  const { scored, failed } = await runPipeline({ endpoint: server.url, telemetry }, values);
  say(`${scored} scored, ${failed} failed`);
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
