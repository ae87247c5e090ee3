import { createServer } from "node:http";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";

/** Metrics that Prometheus can scrape. */
export interface MetricsServer extends AsyncDisposable {
  readonly meterProvider: MeterProvider;
  /** `http://127.0.0.1:…/metrics` */
  readonly url: string;
}

/** Serves the metrics of a meter provider of its own. @param port - 0: any that is free */
export async function startMetricsServer(port: number): Promise<MetricsServer> {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const meterProvider = new MeterProvider({ readers: [exporter] });
  const server = createServer((request, response) => {
    exporter.getMetricsRequestHandler(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const used = typeof address === "object" && address !== null ? address.port : port;
  return {
    meterProvider,
    url: `http://127.0.0.1:${used}/metrics`,
    async [Symbol.asyncDispose]() {
      await meterProvider.shutdown();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
