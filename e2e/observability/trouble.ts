import { createModel, type Model, type Telemetry, type Transport } from "@nereid/core";
import {
  createStandardModels,
  startV2GrpcServer,
  startV2Server,
  type Fault,
  type SeenRequest,
} from "@nereid/testing";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";

/** One cause of trouble for each model, under a steady load. */
export interface Trouble extends AsyncDisposable {
  /** The first failure of the load itself; the failures of records are part of the trouble. */
  readonly failure: unknown;
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const slow: readonly string[] = ["echo_int16", "echo_int32"];

/** What each model's network does to it. */
const faults: Readonly<Record<string, (index: number) => Fault | undefined>> = {
  echo_fp32: () => ({ kind: "late", until: after(40) }),
  echo_fp64: () => ({ kind: "late", until: after(40) }),
  echo_uint8: () => ({ kind: "late", until: after(1500) }),
  accumulator: (index) => (index % 7 === 6 ? { kind: "reset" } : undefined),
};

/**
 * Causes everything that an operator would be called for: `echo_fp32` is asked for more than it lets
 * through, `echo_fp64` has too small a pool, `echo_int16` works slowly, `poison` refuses one row of
 * eight, `echo_uint8` is too late, the server of `echo_int8` is gone, `accumulator` loses sequences, and
 * `echo_int32`, over gRPC, works slowly but has none of this.
 */
export async function causeTrouble(telemetry: Telemetry): Promise<Trouble> {
  const counts = new Map<string, number>();
  const server = await startV2Server({
    models: createStandardModels().map((model) =>
      slow.includes(model.name)
        ? { ...model, execute: (requests) => after(200).then(() => model.execute(requests)) }
        : model,
    ),
    faults({ path }: SeenRequest) {
      const [, name = ""] = /\/models\/(\w+)\/infer$/.exec(path) ?? [];
      const index = counts.get(name) ?? 0;
      counts.set(name, index + 1);
      return faults[name]?.(index);
    },
  });
  const grpc = await startV2GrpcServer({ models: server.host });
  // Of its own: models on one server share its circuit, and those that are well would keep it closed.
  const broken = await startV2Server({
    models: server.host,
    faults: ({ path }: SeenRequest) => (path.endsWith("/infer") ? { kind: "reset" } : undefined),
  });
  const http = (connectionPoolMaxTotal: number, endpoint = server.url): Transport =>
    createHttpTransport({
      endpoint,
      connectionPoolMaxTotal,
      connectionPoolMaxIdle: connectionPoolMaxTotal,
    });
  const open = (
    model: string,
    more: object,
    transport = http(20),
  ): Promise<Model<object, object>> =>
    createModel({
      transport,
      model,
      telemetry,
      circuitBreakerEnabled: true,
      healthCheckEnabled: true,
      maxRetries: 1,
      retryInitialBackoff: 10,
      ...more,
    });
  const [queue, pool, work, rows, gone, late, sequences, calm] = await Promise.all([
    open("echo_fp32", { maxInFlight: 1 }),
    open("echo_fp64", { maxInFlight: 10 }, http(1)),
    open("echo_int16", {}),
    open("poison", { batchSize: 8 }),
    open("echo_int8", {}, http(20, broken.url)),
    open("echo_uint8", {
      attemptTimeout: 100,
      maxRetries: 0,
      circuitBreakerEnabled: false,
      healthCheckEnabled: false,
    }),
    open("accumulator", {}),
    open("echo_int32", {}, createGrpcTransport({ endpoint: grpc.url })),
  ]);
  const many = (model: Model<object, object>, records: readonly object[]): Promise<unknown> =>
    Promise.allSettled(records.map((record) => model.predict(record)));
  const converse = async (): Promise<void> => {
    const sequence = sequences.sequence();
    for (let step = 0; step < 4; step += 1) {
      await sequence.predict({ X: [1] }).catch(() => undefined);
    }
    if (sequence.state === "open") await sequence.end().catch(() => undefined);
    await sequence.close();
  };
  const loads: readonly (() => Promise<unknown>)[] = [
    () =>
      many(
        queue,
        Array.from({ length: 5 }, () => ({ IN: [1] })),
      ),
    () =>
      many(
        pool,
        Array.from({ length: 5 }, () => ({ IN: [1] })),
      ),
    () => many(work, [{ IN: [1] }]),
    () =>
      many(
        rows,
        [1, 2, 3, -1, 4, 5, 6, 7].map((IN) => ({ IN: [IN] })),
      ),
    () => many(gone, [{ IN: [1] }]),
    () => many(late, [{ IN: [1] }]),
    () => many(calm, [{ IN: [1] }]),
    converse,
  ];
  let isOver = false;
  let failure: unknown;
  const running = loads.map(async (load) => {
    while (!isOver) {
      await load();
      await after(20);
    }
  });
  const ended = Promise.all(running).catch((error: unknown) => (failure = error));
  return {
    get failure() {
      return failure;
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      await ended;
      const models = [queue, pool, work, rows, gone, late, sequences, calm];
      await Promise.all(models.map((model) => model.close()));
      await Promise.all([grpc.close(), broken.close()]);
      await server.close();
    },
  };
}
