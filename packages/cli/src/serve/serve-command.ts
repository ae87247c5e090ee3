import { createOnnxRunner } from "@nereid/runner-onnx";
import { startV2GrpcServer, startV2Server } from "@nereid/testing";
import { Command } from "commander";
import type { RunContext } from "../command/context.ts";
import { readCount, readPort } from "../command/read-number.ts";
import { readModelPaths } from "./model-paths.ts";
import { serveModel } from "./server-model.ts";

interface ServeFlags {
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly threads: number;
  readonly maxBatchRows: number;
}

/** What the server says of itself: it does what Triton does, and is none. */
const serverMetadata = {
  name: "nereid",
  version: "1",
  extensions: [
    "binary_tensor_data",
    "classification",
    "model_configuration",
    "model_repository",
    "parameters",
    "statistics",
  ],
};

const examples = `
The server is for trying things out on one machine: it has no authentication and no TLS.

Examples:
  nereid serve ranker.onnx
  nereid serve                                   # the classifier of "nereid demo"
  nereid serve a=models/a.onnx b=models/b.onnx --http-port 9000 --grpc-port 9001
  nereid inspect http://127.0.0.1:8000`;

/** `nereid serve`: ONNX models of this machine behind V2 over HTTP and gRPC. */
export function createServeCommand(context: RunContext): Command {
  return new Command("serve")
    .description("serve ONNX models over HTTP and gRPC, as a server to try things with")
    .argument("[MODEL...]", "files, each model.onnx or name=model.onnx. Default: a classifier")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--http-port <port>", "port of HTTP; 0 for any", readPort, 8000)
    .option("--grpc-port <port>", "port of gRPC; 0 for any", readPort, 8001)
    .option("--threads <number>", "worker threads, each with every model", readCount, 1)
    .option("--max-batch-rows <number>", "rows in one request at most", readCount, 64)
    .addHelpText("after", examples)
    .action((files: string[], flags: ServeFlags) => serve(files, flags, context));
}

async function serve(
  files: readonly string[],
  { host: hostname, httpPort, grpcPort, threads, maxBatchRows }: ServeFlags,
  { progress, drain, abort }: RunContext,
): Promise<void> {
  const paths = readModelPaths(files);
  const models = Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [name, { path, maxBatchRows }]),
  );
  await using runner = await createOnnxRunner({ models, threads });
  const call = { signal: abort, headers: {}, attempt: 1 };
  const served = await Promise.all(
    Object.keys(paths).map(async (name) =>
      serveModel(runner, await runner.metadata({ name }, call), maxBatchRows),
    ),
  );
  await using http = await startV2Server({
    models: served.map(({ model }) => model),
    hostname,
    port: httpPort,
    remember: false,
    serverMetadata,
  });
  await using grpc = await startV2GrpcServer({
    models: http.host,
    hostname,
    port: grpcPort,
    remember: false,
  });
  progress.write(`models: ${Object.keys(paths).join(", ")}\n${http.url}\n${grpc.url}\n`);
  await aborted(drain);
  // Answers that are under way are given; a second interruption does not wait for them.
  await Promise.race([Promise.all(served.map((model) => model.drained())), aborted(abort)]);
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
