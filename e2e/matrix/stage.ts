import { createModel, float32, int32, type Layer, type Model, type Transport } from "@nereid/core";
import { InferenceError } from "@nereid/core/transport-kit";
import {
  createModelHost,
  startFaultProxy,
  startV2GrpcServer,
  startV2Server,
  type FaultProxy,
  type ModelHost,
} from "@nereid/testing";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { createDouble } from "./double-model.ts";
import type { FaultRow, InRecord, OutRow, Wire } from "./fault-row.ts";
import { startHttpLiar } from "./http-liar.ts";
import { startHttp2Liar } from "./http2-liar.ts";
import { isHttpFault } from "./http-fault.ts";
import { alteringHost, replaceableHost, widened } from "./model-hosts.ts";

/** A secret that must not turn up in anything that is thrown. */
export const canary = "canary-5f0e2c7a91";

/** What the layers saw. */
export interface Seen {
  readonly errors: InferenceError[];
  attempts: number;
  retries: number;
}

/** A model, its way to a server, and what watches both. */
export interface Stage extends AsyncDisposable {
  readonly model: Model<InRecord, OutRow>;
  readonly proxy: FaultProxy;
  readonly repository: Pick<ModelHost, "load" | "unload">;
  readonly replaceModel: () => void;
  readonly effects: ReadonlyMap<number, number>;
  readonly seen: Seen;
  /** Arms the faults of the row. */
  arm(): Promise<void>;
}

/** Opens a stage for one row on one wire, with its connection warm and its faults not yet armed. */
export async function openStage({ inject }: FaultRow, wire: Wire): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const oracle = createDouble();
  const times = inject.times ?? 1;
  let altering = 0;
  const wide = { ...oracle.model, inputs: oracle.model.inputs.map(widened) };
  const places = replaceableHost(createModelHost([oracle.model]), createModelHost([wide]));
  const host = alteringHost(places.host, (right) => {
    if (altering === 0 || inject.alter === undefined) return right;
    altering -= 1;
    return inject.alter(right);
  });
  const server =
    wire === "http" ? await openHttp(stack, host, inject) : await openGrpc(stack, host, inject);
  const proxy = stack.use(await startFaultProxy({ target: server.target }));
  const seen: Seen = { errors: [], attempts: 0, retries: 0 };
  const model = stack.use(
    await createModel({
      transport: createTransport(wire, proxy.address, inject.transport),
      model: inject.version === undefined ? "double" : { name: "double", version: inject.version },
      inputs: { ID: int32(), VALUE: float32() },
      outputs: { OUT: float32() },
      batchSize: 16,
      timeout: 5_000,
      retryInitialBackoff: 1,
      retryMaxBackoff: 10,
      retryBudget: 1,
      ...inject.model,
      layers: (standard) => [...standard.slice(0, 3), watch(seen), ...standard.slice(3)],
    }),
  );
  await model.predict({ ID: -1, VALUE: 1 });
  oracle.reset();
  Object.assign(seen, { attempts: 0, retries: 0 });
  const owned = stack.move();
  return {
    model,
    proxy,
    repository: host,
    replaceModel: places.replace,
    effects: oracle.effects,
    seen,
    async arm() {
      altering = times;
      server.arm(times);
      if (inject.bytes !== undefined) proxy.inject(...inject.bytes);
      if (inject.connections !== undefined) {
        const base = proxy.connections;
        const script = inject.connections;
        proxy.setScript(({ index, random }) =>
          typeof script === "function"
            ? script({ index: index - base, random })
            : (script[index - base] ?? []),
        );
        if (inject.bytes === undefined) await dropConnections(proxy);
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Resets what is open, and lets the client see it, so that its next request needs a connection. */
async function dropConnections(proxy: FaultProxy): Promise<void> {
  proxy.resetAll();
  await new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
}

function createTransport(
  wire: Wire,
  address: string,
  more: FaultRow["inject"]["transport"],
): Transport {
  const common = { authToken: canary, customHeaders: { "x-canary": canary }, ...more };
  if (wire === "http")
    return createHttpTransport({
      endpoint: `http://${address}`,
      connectionTimeout: 2_000,
      ...common,
    });
  return createGrpcTransport({
    endpoint: `grpc://${address}`,
    connectionTimeout: 2_000,
    mode: wire === "grpc" ? "unary" : "stream",
    ...common,
  });
}

interface Opened {
  readonly target: string;
  arm(times: number): void;
}

async function openHttp(
  stack: AsyncDisposableStack,
  host: ModelHost,
  { http, answers = [] }: FaultRow["inject"],
): Promise<Opened> {
  const server = stack.use(await startV2Server({ models: host }));
  const liar = http === undefined ? undefined : stack.use(await startHttpLiar(server.url));
  return {
    target: liar?.url ?? server.url,
    arm(times) {
      if (http !== undefined) liar?.lie(http, times);
      for (const fault of answers.filter(isHttpFault)) server.failNext(fault);
    },
  };
}

async function openGrpc(
  stack: AsyncDisposableStack,
  host: ModelHost,
  { http2, answers = [] }: FaultRow["inject"],
): Promise<Opened> {
  const server = stack.use(await startV2GrpcServer({ models: host }));
  const liar = http2 === undefined ? undefined : stack.use(await startHttp2Liar(server.address));
  return {
    target: liar?.address ?? server.address,
    arm(times) {
      if (http2 !== undefined) liar?.lie(http2, times);
      for (const fault of answers) server.failNext(fault);
    },
  };
}

/** Sees each attempt as the retries see it. */
function watch(seen: Seen): Layer {
  return (next) => async (request, call) => {
    seen.attempts += 1;
    if (call.attempt > 1) seen.retries += 1;
    try {
      return await next(request, call);
    } catch (error) {
      if (InferenceError.is(error)) seen.errors.push(error);
      throw error;
    }
  };
}
