import { createModel, int32, TransportError } from "@nereid/core";
import { createMemoryTransport, createStandardModels, createVirtualClock } from "@nereid/testing";
import { doubling, inMemory } from "./models.ts";
import type { Section } from "./provocation.ts";

/** Asks a server that never answers, and lets five seconds pass. */
async function waitInVain(options: { timeout: string; attemptTimeout?: string }): Promise<unknown> {
  const clock = createVirtualClock();
  const never = new Promise<void>(() => undefined);
  const transport = createMemoryTransport({ models: createStandardModels(), gate: () => never });
  const model = await doubling(transport, { ...options, clock });
  const answer = model.predict({ IN: 1 });
  await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(5000);
  return answer;
}

export const deadline: Section = {
  errorClass: "DeadlineError",
  meaning:
    "A bound of ours passed; `bound` says which. Your own abort never becomes this: the signal's reason is thrown as it is.",
  provocations: [
    {
      title: "The whole call took too long",
      advice: "Raise `timeout`, or lower `maxInFlight` when records wait for a slot for long.",
      provoke: () => waitInVain({ timeout: "5s" }),
    },
    {
      title: "One exchange took too long",
      advice: "It is repeated within `timeout`. Raise `attemptTimeout` when the model is slow.",
      provoke: () => waitInVain({ timeout: "30s", attemptTimeout: "2s" }),
    },
  ],
};

export const unavailable: Section = {
  errorClass: "UnavailableError",
  meaning:
    "Nothing could be sent for the rows of a stream for as long as `stallTimeout` says, so the stream ended. Its last rows are not settled: read them again from the source. A single `predict` never waits for this.",
  provocations: [
    {
      title: "The server did not come back",
      advice: "Mend the server, or raise `stallTimeout` when it is known to be away for longer.",
      provoke: async () => {
        const clock = createVirtualClock();
        const gate = async (): Promise<void> => {
          throw new TransportError("nobody listens", { delivery: "not-sent", retryable: true });
        };
        const transport = createMemoryTransport({ models: createStandardModels(), gate });
        const model = await doubling(transport, { stallTimeout: "5min", clock });
        const rows = model.predictAll([{ IN: 1 }]).next();
        rows.catch(() => undefined);
        await clock.advance(301_000);
        return rows;
      },
    },
  ],
};

export const circuitOpen: Section = {
  errorClass: "CircuitOpenError",
  meaning:
    "The server failed too often, and nothing is sent to it for a while. `retryAfterMs` says until when.",
  provocations: [
    {
      title: "The circuit is open",
      advice: "Mend the server; the circuit closes by itself once its probes succeed.",
      provoke: async () => {
        const transport = inMemory();
        const clock = createVirtualClock();
        const model = await doubling(transport, {
          circuitBreakerEnabled: true,
          clock,
          random: () => 0,
        });
        for (let failure = 0; failure < 5; failure += 1) {
          transport.failNext(
            new TransportError("nobody listens", { delivery: "not-sent", retryable: true }),
          );
          await model.predict({ IN: 1 }).catch(() => undefined);
        }
        return model.predict({ IN: 1 });
      },
    },
  ],
};

const talking = async (): Promise<{
  readonly transport: ReturnType<typeof inMemory>;
  readonly step: (X: number) => Promise<unknown>;
}> => {
  const transport = inMemory();
  const model = await createModel({
    transport,
    model: "accumulator",
    inputs: { X: int32() },
    outputs: { SUM: int32() },
  });
  const talk = model.sequence({ id: "ann" });
  await talk.predict({ X: 1 });
  return { transport, step: (X) => talk.predict({ X }) };
};

export const sequence: Section = {
  errorClass: "SequenceError",
  meaning:
    "The state of a sequence does not allow this step, or the step ended it. `reason` says why, `steps` how many were answered.",
  provocations: [
    {
      title: "A step without an answer",
      advice:
        "The server may have applied it, so it is not repeated. Begin a new sequence, or let a stream restart it with `onLost`.",
      provoke: async () => {
        const { transport, step } = await talking();
        transport.failNext(
          new TransportError("the connection was reset", { delivery: "unknown", retryable: true }),
        );
        return step(2);
      },
    },
    {
      title: "A step of a sequence that was lost",
      advice: "Nothing is begun anew without a word: open another sequence.",
      provoke: async () => {
        const { transport, step } = await talking();
        transport.failNext(
          new TransportError("the connection was reset", { delivery: "unknown", retryable: true }),
        );
        await step(2).catch(() => undefined);
        return step(3);
      },
    },
  ],
};
