import { createModel, type Model, type Telemetry } from "@nereid/core";
import { createStandardModels, startV2Server, type Fault, type SeenRequest } from "@nereid/testing";
import { createHttpTransport } from "@nereid/transport-http";

/** One cause of trouble for each model, under a steady load. */
export interface Trouble extends AsyncDisposable {
  /** The first failure of the load itself; the failures of records are part of the trouble. */
  readonly failure: unknown;
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What each model's network does to it. */
const faults: Readonly<Record<string, (index: number) => Fault | undefined>> = {
  echo_fp32: () => ({ kind: "late", until: after(40) }),
  echo_fp64: () => ({ kind: "late", until: after(40) }),
  echo_int8: () => ({ kind: "reset" }),
  accumulator: (index) => (index % 5 === 4 ? { kind: "reset" } : undefined),
};

/**
 * Causes everything that an operator would be called for: `echo_fp32` is asked for more than it lets
 * through, `echo_fp64` has too small a pool, `echo_int16` works slowly, `poison` refuses rows, the
 * server of `echo_int8` is gone, and `accumulator` loses sequences.
 */
export async function causeTrouble(telemetry: Telemetry): Promise<Trouble> {
  const counts = new Map<string, number>();
  const server = await startV2Server({
    models: createStandardModels().map((model) =>
      model.name === "echo_int16"
        ? { ...model, execute: (requests) => after(40).then(() => model.execute(requests)) }
        : model,
    ),
    faults({ path }: SeenRequest) {
      const [, name = ""] = /\/models\/(\w+)\/infer$/.exec(path) ?? [];
      const index = counts.get(name) ?? 0;
      counts.set(name, index + 1);
      return faults[name]?.(index);
    },
  });
  const open = (
    model: string,
    more: object,
    connectionPoolMaxTotal = 20,
  ): Promise<Model<object, object>> =>
    createModel({
      transport: createHttpTransport({
        endpoint: server.url,
        connectionPoolMaxTotal,
        connectionPoolMaxIdle: connectionPoolMaxTotal,
      }),
      model,
      telemetry,
      circuitBreakerEnabled: true,
      healthCheckEnabled: true,
      maxRetries: 1,
      retryInitialBackoff: 10,
      ...more,
    });
  const [queue, pool, work, rows, gone, sequences] = await Promise.all([
    open("echo_fp32", { maxInFlight: 1 }),
    open("echo_fp64", { maxInFlight: 10 }, 1),
    open("echo_int16", {}),
    open("poison", { batchSize: 8 }),
    open("echo_int8", {}),
    open("accumulator", {}),
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
      await Promise.all([queue, pool, work, rows, gone, sequences].map((model) => model.close()));
      await server.close();
    },
  };
}
