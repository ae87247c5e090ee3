import { metrics, modelAttributeNames, type MetricRow } from "@nereid/metrics-otel";

const code = (text: string): string => `\`${text}\``;
const list = (names: readonly string[]): string => names.map(code).join(", ") || "none";

function table(rows: readonly (readonly [string, MetricRow])[]): string {
  return [
    "| name | kind | unit | attributes | meaning |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map(
      ([name, { kind, unit, attributes, meaning }]) =>
        `| ${code(name)} | ${kind} | ${code(unit)} | ${list(attributes)} | ${meaning} |`,
    ),
  ].join("\n");
}

/** The page of metrics, as it stands in the repository. */
export function renderMetrics(): string {
  const all = Object.entries(metrics);
  const own = all.filter(([name, { repeats }]) => name.startsWith("nereid.") && !repeats);
  const standard = all.filter(([name]) => /^(?:http|rpc)\./.test(name));
  const flink = all.filter(([, { repeats }]) => repeats !== undefined);
  const [seconds = []] = own.flatMap(([, { unit, buckets }]) => (unit === "s" ? [buckets] : []));
  return `# Metrics

Written by \`apps/docs/generate.ts\` from the table that the instruments are made of
(\`packages/metrics-otel/src/metrics.ts\`); do not edit it by hand. [The guide](guides/metrics-traces-and-logs.md) says
how to get them, and which one answers what.

Every metric also has the attributes ${list(modelAttributeNames)}; one in brackets is there only where it
applies. Durations are in seconds, in histograms with the buckets ${seconds.join(", ")}. Ids of requests and
sequences, and endpoints with their paths, are never attributes, so that the number of series does not grow
with the traffic.

OpenTelemetry's Prometheus exporter for Node writes names with underscores, and counters with \`_total\`:
\`nereid.queue.time\` becomes \`nereid_queue_time_total\`.

## Of models

${table(own)}

\`error.type\` is one word: the outcome of a server's refusal (\`rejected\`, \`unauthorized\`, \`not-found\`,
\`unsupported\`, \`overloaded\`, \`unavailable\`, \`internal\`), the code of another error (\`deadline\`,
\`transport\`, \`circuit-open\`, \`encode\`, \`decode\`, \`closed\`), or \`_OTHER\` for what is foreign, such as the caller's abort.

## By the semantic conventions

One of these is recorded for each exchange, without \`nereid.transport\`, which the name tells; transports that are neither HTTP nor gRPC record
\`nereid.attempt.duration\`. The server is missing where there are several.

${table(standard)}

## Under Flink's names

With \`flinkNames: true\`, for dashboards that move over.

${table(flink)}
`;
}
