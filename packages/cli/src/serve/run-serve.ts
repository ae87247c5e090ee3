import { createOnnxRunner } from "@nereid/runner-onnx";
import { startV2GrpcServer, startV2Server } from "@nereid/testing";
import type { RunContext } from "../command/context.ts";
import { isSystemError } from "../command/system-error.ts";
import { UsageError } from "../command/usage-error.ts";
import { readModelPaths } from "./model-paths.ts";
import { serveModel } from "./server-model.ts";

/** The flags of `nereid serve`. */
export interface ServeFlags {
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

/** Serves models until the command is to come to its end. */
export async function runServe(
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
  const common = { hostname, remember: false };
  await using http = await listen("--http-port", httpPort, (port) =>
    startV2Server({ ...common, models: served.map(({ model }) => model), port, serverMetadata }),
  );
  await using grpc = await listen("--grpc-port", grpcPort, (port) =>
    startV2GrpcServer({ ...common, models: http.host, port }),
  );
  progress.write(`models: ${Object.keys(paths).join(", ")}\n${http.url}\n${grpc.url}\n`);
  await aborted(drain);
  // Answers that are under way are given; a second interruption does not wait for them.
  await Promise.race([Promise.all(served.map((model) => model.drained())), aborted(abort)]);
}

/** Starts a server, and names the flag when its port has one already. */
async function listen<Server>(
  flag: string,
  port: number,
  start: (port: number) => Promise<Server>,
): Promise<Server> {
  try {
    return await start(port);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "EADDRINUSE") throw error;
    throw new UsageError(`${flag}: expected a free port, found ${port} taken; 0 is any free one`);
  }
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
