import { ServerError, TransportError } from "../errors/errors.ts";
import { classifyAnswer } from "../errors/classify-answer.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import type { InferenceRequest, SequencePosition } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import { createTensor } from "../tensor/tensor.ts";
import type { Clock } from "../transport/clock.ts";
import type { Transport } from "../transport/transport.ts";
import { createVirtualClock, type VirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import type { Model } from "./model.ts";

export const accumulatorMetadata: ModelMetadata = {
  name: "accumulator",
  versions: ["1"],
  platform: "test",
  maxBatchRows: 8,
  inputs: [{ name: "X", datatype: "INT32", shape: [-1, 1] }],
  outputs: ["SUM", "STEP", "HASH"].map((name) => ({ name, datatype: "INT32", shape: [-1, 1] })),
  sequence: { maxIdleUs: 1_000_000 },
};

/** What the wire does to one request: an error, before or after the server has applied it. */
export interface WireFault {
  readonly error: InferenceError;
  readonly applied: boolean;
}

/** A transport with Triton's rules for sequences, and a ledger of what took effect. */
export interface AccumulatorTransport extends Transport {
  /** Positions of all requests, in the order in which they came. */
  readonly seen: SequencePosition[];
  /** The values that each sequence applied; an id that starts anew has several lists. */
  readonly applied: Map<SequencePosition["id"], number[][]>;
  readonly underWay: Map<SequencePosition["id"], number>;
  closed: boolean;
  /** Awaited before each step takes effect; returns what goes wrong with it. */
  gate: (request: InferenceRequest, value: number) => Promise<WireFault | undefined>;
  /** Forgets every sequence, as a server that restarts. */
  forget(): void;
}

export function createAccumulator(
  clock: Clock,
  metadata: ModelMetadata = accumulatorMetadata,
): AccumulatorTransport {
  const states = new Map<SequencePosition["id"], State>();
  const idleMs = (metadata.sequence?.maxIdleUs ?? Infinity) / 1000;

  const apply = (position: SequencePosition, value: number): State => {
    const found = position.start ? undefined : states.get(position.id);
    if (!position.start && (found === undefined || clock.now() - found.at > idleMs)) {
      throw refused("must specify the START flag on the first request of the sequence");
    }
    const lists = transport.applied.get(position.id) ?? [];
    transport.applied.set(position.id, lists);
    if (position.start) lists.push([]);
    lists.at(-1)?.push(value);
    const state: State = {
      sum: (found?.sum ?? 0) + value,
      step: (found?.step ?? 0) + 1,
      hash: nextHash(found?.hash ?? 0, value),
      at: clock.now(),
    };
    if (position.end) states.delete(position.id);
    else states.set(position.id, state);
    return state;
  };

  const run = async (
    request: InferenceRequest,
    position: SequencePosition,
  ): Promise<InferenceResponse> => {
    const [input] = request.inputs;
    if (input?.datatype !== "INT32" || input.data.length !== 1) throw refused("batch-size 1");
    const value = input.data[0] ?? 0;
    const fault = await transport.gate(request, value);
    if (fault?.applied === false) throw fault.error;
    const { sum, step, hash } = apply(position, value);
    if (fault !== undefined) throw fault.error;
    const output = (name: string, data: number) =>
      createTensor(name, "INT32", [1, 1], Int32Array.of(data));
    return {
      modelName: request.model.name,
      outputs: [output("SUM", sum), output("STEP", step), output("HASH", hash)],
    };
  };

  const transport: AccumulatorTransport = {
    name: "accumulator",
    seen: [],
    applied: new Map(),
    underWay: new Map(),
    closed: false,
    gate: async () => undefined,
    forget: () => states.clear(),
    async infer(request, { signal }) {
      const { sequence } = request;
      if (sequence === undefined) throw refused("must specify a non-zero correlation ID");
      transport.seen.push(sequence);
      const before = transport.underWay.get(sequence.id) ?? 0;
      if (before > 0) throw new Error("two steps of one sequence at a time");
      transport.underWay.set(sequence.id, before + 1);
      const answer = run(request, sequence).finally(() => transport.underWay.delete(sequence.id));
      return Promise.race([answer, whenAborted(signal)]);
    },
    metadata: async () => metadata,
    ready: async () => true,
    async close() {
      transport.closed = true;
    },
    [Symbol.asyncDispose]: () => transport.close(),
  };
  return transport;
}

interface State {
  readonly sum: number;
  readonly step: number;
  readonly hash: number;
  readonly at: number;
}

/** A running hash tells order and repetition, which a sum does not. */
export const nextHash = (hash: number, value: number): number => (hash * 31 + value) | 0;

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

export function refused(text: string, status = 400): ServerError {
  const outcome = classifyAnswer("http", status, text);
  return new ServerError(`refused: ${text}`, { outcome, status, serverText: text });
}

const reset = new TransportError("reset", { delivery: "unknown", retryable: true });

export const wireFaults = {
  "not-sent": {
    error: new TransportError("connection refused", { delivery: "not-sent", retryable: true }),
    applied: false,
  },
  "reset-before": { error: reset, applied: false },
  "reset-after": { error: reset, applied: true },
  raised: { error: refused("model raised", 500), applied: true },
  refused: { error: refused("bad input"), applied: false },
} as const satisfies Record<string, WireFault>;

/** A model over an accumulator, on a clock that moves only when told; no retries unless asked for. */
export async function createAccumulatorModel(
  options: object = {},
  metadata?: ModelMetadata,
): Promise<AccumulatorSetup> {
  const clock = createVirtualClock();
  const transport = createAccumulator(clock, metadata);
  const base = { transport, model: "accumulator", clock, maxRetries: 0 };
  return { clock, transport, model: await createModel({ ...base, ...options }) };
}

export interface AccumulatorSetup {
  readonly clock: VirtualClock;
  readonly transport: AccumulatorTransport;
  readonly model: Model<Record<string, unknown>, Record<string, unknown>>;
}
