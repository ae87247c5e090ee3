import type { Transport } from "@nereid/core";
import {
  startV2GrpcServer,
  startV2Server,
  type ModelAnswer,
  type ModelRequest,
  type ServerModel,
  type V2Server,
} from "@nereid/testing";
import { bundledModel } from "../../serve/model-paths.ts";
import { serveModel } from "../../serve/server-model.ts";

/** The classifier behind V2, on ports of its own. */
export interface TourServer extends AsyncDisposable {
  readonly httpUrl: string;
  readonly grpcUrl: string;
  /** Executions of the model so far. */
  readonly executions: number;
  /** Takes HTTP away: connections end, and nobody listens until the returned function is called. */
  goDown(): Promise<() => Promise<void>>;
}

const maxRows = 64;

/** Starts the server. The runner stays the caller's. */
export async function startTourServer(runner: Transport): Promise<TourServer> {
  const call = { signal: new AbortController().signal, headers: {}, attempt: 1 };
  const metadata = await runner.metadata({ name: bundledModel }, call);
  let executions = 0;
  const model = refusingPoison(
    serveModel(runner, metadata, maxRows).model,
    () => (executions += 1),
  );
  let http: V2Server = await startV2Server({ models: [model], remember: false });
  const { host } = http;
  const grpc = await startV2GrpcServer({ models: host, remember: false });
  const port = Number(new URL(http.url).port);
  return {
    httpUrl: http.url,
    grpcUrl: grpc.url,
    get executions() {
      return executions;
    },
    async goDown() {
      await http.close();
      return async () => {
        http = await startV2Server({ models: host, port, remember: false });
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([http.close(), grpc.close()]);
    },
  };
}

/**
 * As models do that raise in the middle of a batch: one bad row fails the whole request. The classifier
 * itself would make something of any number.
 */
function refusingPoison(model: ServerModel, onExecution: () => void): ServerModel {
  const refuse: ModelAnswer = { error: "a value that is no byte" };
  return {
    ...model,
    async execute(requests) {
      const sound = requests.filter((request) => !isPoisoned(request));
      for (const _ of requests) onExecution();
      const answers = await model.execute(sound);
      return requests.map((request) => answers[sound.indexOf(request)] ?? refuse);
    },
  };
}

function isPoisoned({ inputs }: ModelRequest): boolean {
  const bytes = inputs.get("bytes");
  return bytes?.datatype === "INT32" && bytes.data.some((value) => value < 0);
}
