import { ServerError, TransportError } from "../errors/errors.ts";
import { classifyAnswer } from "../errors/classify-answer.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import type { InferenceRequest, SequencePosition } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import { createTensor } from "../tensor/tensor.ts";
import type { Clock } from "../transport/clock.ts";
import type { Transport } from "../transport/transport.ts";

export const accumulatorMetadata: ModelMetadata = {
  name: "accumulator",
  versions: ["1"],
  platform: "test",
  maxBatchRows: 8,
  inputs: [{ name: "X", datatype: "INT32", shape: [-1, 1] }],
  outputs: ["SUM", "STEP"].map((name) => ({ name, datatype: "INT32", shape: [-1, 1] })),
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
  const states = new Map<SequencePosition["id"], { sum: number; step: number; at: number }>();
  const idleMs = (metadata.sequence?.maxIdleUs ?? Infinity) / 1000;

  const apply = (position: SequencePosition, value: number): { sum: number; step: number } => {
    const found = position.start ? undefined : states.get(position.id);
    if (!position.start && (found === undefined || clock.now() - found.at > idleMs)) {
      throw refused("must specify the START flag on the first request of the sequence");
    }
    const lists = transport.applied.get(position.id) ?? [];
    transport.applied.set(position.id, lists);
    if (position.start) lists.push([]);
    lists.at(-1)?.push(value);
    const state = { sum: (found?.sum ?? 0) + value, step: (found?.step ?? 0) + 1, at: clock.now() };
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
    const { sum, step } = apply(position, value);
    if (fault !== undefined) throw fault.error;
    const output = (name: string, data: number) =>
      createTensor(name, "INT32", [1, 1], Int32Array.of(data));
    return {
      modelName: request.model.name,
      outputs: [output("SUM", sum), output("STEP", step)],
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

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

export function refused(text: string, status = 400): ServerError {
  const outcome = classifyAnswer("http", status, text);
  return new ServerError(`refused: ${text}`, { outcome, status, serverText: text });
}

export const wireFaults = {
  "not-sent": {
    error: new TransportError("connection refused", { delivery: "not-sent" }),
    applied: false,
  },
  "reset-before": { error: new TransportError("reset", { delivery: "unknown" }), applied: false },
  "reset-after": { error: new TransportError("reset", { delivery: "unknown" }), applied: true },
  raised: { error: refused("model raised", 500), applied: true },
  refused: { error: refused("bad input"), applied: false },
} as const satisfies Record<string, WireFault>;
