import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/** A span that a server exported. */
export interface ExportedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty, or missing, at the root of a trace. */
  readonly parentSpanId?: string;
}

/** Takes the spans that servers export. */
export interface TraceReceiver extends AsyncDisposable {
  /** `http://127.0.0.1:…/v1/traces` */
  readonly url: string;
  /** The spans of a trace, once there are as many. @throws (rejects) with what came, when time is up */
  spansOf(traceId: string, atLeast: number): Promise<readonly ExportedSpan[]>;
}

/** The part of an export that is looked at. @see OpenTelemetry protocol, "JSON Protobuf Encoding" */
interface TraceExport {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[];
  }[];
}

const patienceMs = 30_000;

/** Starts a receiver of OTLP over HTTP, in JSON as Triton sends it. */
export async function startTraceReceiver(): Promise<TraceReceiver> {
  const received: ExportedSpan[] = [];
  const waiting = new Set<() => void>();
  const take = async (request: IncomingMessage): Promise<void> => {
    // From a program that is installed with its version; a change of its shape fails the tests.
    const { resourceSpans } = JSON.parse(await text(request)) as TraceExport;
    for (const { scopeSpans } of resourceSpans) {
      received.push(...scopeSpans.flatMap(({ spans }) => spans));
    }
    for (const look of waiting) look();
  };
  const server = createServer((request, response) => {
    take(request).then(
      () => response.end("{}"),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    spansOf: (traceId, atLeast) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = received.filter((span) => span.traceId === traceId);
          if (found.length < atLeast) return;
          stop();
          resolve(found);
        };
        const timer = setTimeout(() => {
          stop();
          const others = received.map((span) => `${span.name} of ${span.traceId}`).join(", ");
          reject(new Error(`expected ${atLeast} spans of ${traceId}, found: ${others || "none"}`));
        }, patienceMs);
        const stop = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
